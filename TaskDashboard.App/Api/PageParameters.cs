using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>
/// The query of a paged list. Values are taken as text, so that a wrong one is answered with the name of its field.
/// </summary>
internal sealed class PageParameters
{
    [FromQuery(Name = "limit"), Description("How many items a page has: 1 to 200. Default 50.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("The next_cursor of the page before.")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "after"), Description("The same as cursor, by the name that streams have for it.")]
    public string? After { get; init; }

    /// <summary>The limit, and the number behind which the page begins; 0 without a cursor.</summary>
    public (int Limit, int After) Read()
    {
        var (limit, after) = ReadId(int.MaxValue);
        return (limit, (int)after);
    }

    /// <summary>As <see cref="Read"/>, where the numbers are event ids.</summary>
    public (int Limit, long After) ReadId(long most = long.MaxValue)
    {
        var errors = new FieldErrors();
        var limit = ReadLimit(Limit, errors);
        var after = 0L;
        var (field, text) = Cursor is null && After is not null ? ("after", After) : ("cursor", Cursor);
        if (Cursor is not null && After is not null) errors.Add("after", "after and cursor are the same; give one of them.");
        if (text is not null && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after) || after > most))
            errors.Add(field, $"{field} is not one that this list gave out.");
        errors.Refuse();
        return (limit, after);
    }

    public static int ReadLimit(string? text, FieldErrors errors)
    {
        if (text is null) return TaskQuery.DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= TaskQuery.MaxLimit)
            return limit;

        errors.Add("limit", $"limit has to be a whole number from 1 to {TaskQuery.MaxLimit}.");
        return TaskQuery.DefaultLimit;
    }

    /// <summary>Cuts the one item off that was read beyond the page to see whether there is another.</summary>
    public static Page<T> Cut<T>(IReadOnlyList<T> items, int limit, Func<T, long> cursorOf) => items.Count <= limit
        ? new Page<T>(items)
        : new Page<T>([.. items.Take(limit)], cursorOf(items[limit - 1]).ToString(CultureInfo.InvariantCulture));
}
