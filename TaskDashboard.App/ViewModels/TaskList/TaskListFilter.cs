using Microsoft.AspNetCore.WebUtilities;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>What the Tasks page shows and in which order. Its address says the same, so a filtered list can be shared and survives a reload.</summary>
public sealed record TaskListFilter
{
    /// <summary>What an address may say of a list.</summary>
    public static IReadOnlyList<string> Parameters { get; } = ["status", "agent", "model", "date", "from", "to", "q", "sort", "group", "closed"];

    public TaskSegment Segment { get; init; } = TaskSegment.All;

    public string? AgentId { get; init; }

    /// <summary>The full name, such as <c>anthropic/claude-sonnet-4</c>.</summary>
    public string? Model { get; init; }

    /// <summary>When the tasks were created; null for whenever.</summary>
    public TaskPeriod? Period { get; init; }

    public string Search { get; init; } = "";

    public TaskSort Sort { get; init; } = TaskSort.Attention;

    /// <summary>What the rows are put together by; null for one list.</summary>
    public TaskGrouping? Group { get; init; }

    /// <summary>The names of the groups whose rows are not shown, with commas between.</summary>
    public string Closed { get; init; } = "";

    /// <summary>Something is left out of the list.</summary>
    public bool IsFiltered => Segment != TaskSegment.All || IsNarrowed;

    /// <summary>Left out by more than the status.</summary>
    public bool IsNarrowed => AgentId is not null || Model is not null || Period is not null || Search.Length > 0;

    /// <summary>The whole list, in the same order and groups.</summary>
    public TaskListFilter WithoutFilters() => new() { Sort = Sort, Group = Group, Closed = Closed };

    /// <summary>Whether another filter shows the same tasks, in whatever order and groups.</summary>
    public bool HasSameTasks(TaskListFilter other) => this with { Sort = other.Sort, Group = other.Group, Closed = other.Closed } == other;

    /// <summary>Reads an address; what it does not understand is left at its default.</summary>
    public static TaskListFilter FromUri(string uri)
    {
        var start = uri.IndexOf('?', StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(start < 0 ? "" : uri[start..]);
        var group = TaskGroupings.FromWire(query.GetValueOrDefault("group"));
        return new TaskListFilter
        {
            Group = group,
            Closed = group is null ? "" : TaskGroupings.Normalize(query.GetValueOrDefault("closed")),
            Segment = TaskSegments.FromWire(query.GetValueOrDefault("status")),
            AgentId = NullIfEmpty(query.GetValueOrDefault("agent")),
            Model = NullIfEmpty(query.GetValueOrDefault("model")),
            Period = TaskPeriod.FromWire(query.GetValueOrDefault("date"), query.GetValueOrDefault("from"), query.GetValueOrDefault("to")),
            Search = query.GetValueOrDefault("q").ToString().Trim(),
            Sort = TaskSorts.FromWire(query.GetValueOrDefault("sort")),
        };
    }

    /// <summary>The address under the site's root, such as <c>tasks?status=running</c>; defaults are left out.</summary>
    public string ToUri()
    {
        var query = new Dictionary<string, string?>();
        if (Segment != TaskSegment.All) query["status"] = Segment.ToWire();
        if (AgentId is not null) query["agent"] = AgentId;
        if (Model is not null) query["model"] = Model;
        if (Period is { } period)
        {
            query["date"] = period.ToWire();
            if (TaskPeriod.WriteDay(period.From) is { } from) query["from"] = from;
            if (TaskPeriod.WriteDay(period.To) is { } to) query["to"] = to;
        }

        if (Search.Length > 0) query["q"] = Search;
        if (Sort != TaskSort.Attention) query["sort"] = Sort.ToWire();
        if (Group is { } group) query["group"] = group.ToWire();
        if (Group is not null && Closed.Length > 0) query["closed"] = Closed;
        return QueryHelpers.AddQueryString("tasks", query);
    }

    /// <param name="bounds">The moments of <see cref="Period"/>, which depend on where its person is.</param>
    public TaskQuery ToQuery((DateTimeOffset? From, DateTimeOffset? To) bounds = default) => new()
    {
        Statuses = Segment.ToStatus() is { } status ? [status] : [],
        NeedsYou = Segment == TaskSegment.NeedsYou,
        AgentId = AgentId,
        Model = Model,
        From = bounds.From,
        To = bounds.To,
        Search = Search.Length > 0 ? Search : null,
        Sort = Sort,
    };

    /// <summary>Whether a task belongs here, as far as its row can tell: words are looked for in the title only.</summary>
    /// <param name="task">The task.</param>
    /// <param name="bounds">As for <see cref="ToQuery"/>.</param>
    public bool Matches(AgentTask task, (DateTimeOffset? From, DateTimeOffset? To) bounds = default) =>
        (Segment.ToStatus() is not { } status || task.Status == status) &&
        (Segment != TaskSegment.NeedsYou || TaskStatusAppearance.NeedsYou(task)) &&
        (AgentId is null || task.AgentId == AgentId) &&
        (Model is null || task.Model == Model) &&
        (bounds.From is not { } from || task.CreatedAt >= from) &&
        (bounds.To is not { } to || task.CreatedAt < to) &&
        (Search.Length == 0 || task.Title.Contains(Search, StringComparison.CurrentCultureIgnoreCase));

    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
