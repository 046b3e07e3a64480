using System.ComponentModel;
using Microsoft.AspNetCore.WebUtilities;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Views;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/views and PATCH /api/views/{id} take; for the latter, what is absent stays.</summary>
internal sealed record ViewBody
{
    [Description("Required for a new one; up to 60 characters, and no other view of yours has it.")]
    public string? Name { get; init; }

    [Description("What stands behind the question mark of the Tasks page's address: status, agent, model, date, from, to, q, sort, group and closed. Default: the whole list.")]
    public string? Query { get; init; }

    /// <summary>The query without the mark. Its values are taken as they are: an agent that is gone is no fault of the view.</summary>
    public string? ReadQuery()
    {
        if (Query?.Trim().TrimStart('?') is not { } query) return null;
        var errors = new FieldErrors();
        foreach (var unknown in QueryHelpers.ParseQuery(query).Keys.Where(name => !TaskListFilter.Parameters.Contains(name)))
            errors.Add("query", $"query has '{unknown}', which the list does not know. Use {string.Join(", ", TaskListFilter.Parameters)}, such as status=failed&sort=title.");
        errors.Refuse();
        return query;
    }
}

/// <summary>A view as it is shown.</summary>
/// <param name="Id">The view.</param>
/// <param name="Name">What its person calls it.</param>
/// <param name="Query">The list, as its address says it.</param>
/// <param name="Address">Where it is, under the site's root.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
internal sealed record ViewAnswer(string Id, string Name, string Query, string Address, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static ViewAnswer Of(SavedView view) => new(view.Id, view.Name, view.Query, ViewAddress.Of(view), view.CreatedAt, view.UpdatedAt);
}
