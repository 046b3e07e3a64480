using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The query of GET /api/chats, as text; <see cref="ToQuery"/> says what is wrong with which field.</summary>
internal sealed class ChatListParameters
{
    [FromQuery(Name = "q"), Description("Words of the title, or of what was said; the last may be the beginning of one.")]
    public string? Search { get; init; }

    [FromQuery(Name = "archived"), Description("true for the chats that were put away, false (the default) for the others.")]
    public string? Archived { get; init; }

    [FromQuery(Name = "limit"), Description("How many chats a page has: 1 to 200. Default 50.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("The next_cursor of the page before.")]
    public string? Cursor { get; init; }

    /// <exception cref="RefusedException">A value is not one of those that its field takes.</exception>
    public ChatQuery ToQuery(Caller caller)
    {
        var errors = new FieldErrors();
        if (Archived is not (null or "" or "true" or "false")) errors.Add("archived", "archived has to be true or false.");
        var limit = PageParameters.ReadLimit(Limit, errors);
        errors.Refuse();
        return new ChatQuery
        {
            Search = string.IsNullOrWhiteSpace(Search) ? null : Search,
            Archived = Archived == "true",
            ReaderId = caller.UserId,
            VisibleTo = caller.VisibleTo,
            Limit = limit,
            Cursor = Cursor,
        };
    }
}
