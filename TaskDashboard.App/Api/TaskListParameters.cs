using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The query of GET /api/tasks, as text; <see cref="ToQuery"/> says what is wrong with which field.</summary>
internal sealed class TaskListParameters
{
    private static readonly Dictionary<string, TaskSort> Sorts = new()
    {
        ["-created_at"] = TaskSort.Newest,
        ["created_at"] = TaskSort.Oldest,
        ["attention"] = TaskSort.Attention,
        ["title"] = TaskSort.Title,
        ["-title"] = TaskSort.TitleDescending,
        ["agent_name"] = TaskSort.Agent,
        ["-agent_name"] = TaskSort.AgentDescending,
        ["status"] = TaskSort.Status,
        ["-status"] = TaskSort.StatusDescending,
        ["model"] = TaskSort.Model,
        ["-model"] = TaskSort.ModelDescending,
        ["started_at"] = TaskSort.Started,
        ["-started_at"] = TaskSort.StartedDescending,
        ["duration_ms"] = TaskSort.Duration,
        ["-duration_ms"] = TaskSort.DurationDescending,
    };

    [FromQuery(Name = "status"), Description("One or more of pending, running, waiting, completed, failed, cancelled, with commas between.")]
    public string? Status { get; init; }

    [FromQuery(Name = "agent_id")] public string? AgentId { get; init; }

    [FromQuery(Name = "chat_id")] public string? ChatId { get; init; }

    [FromQuery(Name = "run_id"), Description("The task that this run belongs to.")]
    public string? RunId { get; init; }

    [FromQuery(Name = "parent_id"), Description("The children of this task.")]
    public string? ParentId { get; init; }

    [FromQuery(Name = "model"), Description("provider/model of the current or last run.")]
    public string? Model { get; init; }

    [FromQuery(Name = "q"), Description("Words that occur in title, agent name or transcript; the last may be the beginning of one.")]
    public string? Search { get; init; }

    [FromQuery(Name = "from"), Description("Created at or after, ISO 8601; without an offset it is UTC.")]
    public string? From { get; init; }

    [FromQuery(Name = "to"), Description("Created before, ISO 8601; without an offset it is UTC.")]
    public string? To { get; init; }

    [FromQuery(Name = "sort"), Description("created_at, title, agent_name, status, model, started_at or duration_ms, each with - for descending; or attention. Default -created_at.")]
    public string? Sort { get; init; }

    [FromQuery(Name = "limit"), Description("How many tasks a page has: 1 to 200. Default 50.")]
    public string? Limit { get; init; }

    [FromQuery(Name = "cursor"), Description("The next_cursor of the page before.")]
    public string? Cursor { get; init; }

    /// <exception cref="RefusedException">A value is not one of those that its field takes.</exception>
    public TaskQuery ToQuery()
    {
        var errors = new FieldErrors();
        var query = new TaskQuery
        {
            Statuses = ReadStatuses(errors),
            AgentId = AgentId,
            ChatId = ChatId,
            RunId = RunId,
            ParentId = ParentId,
            Model = Model,
            Search = string.IsNullOrWhiteSpace(Search) ? null : Search,
            From = TimeText.Read("from", From, errors),
            To = TimeText.Read("to", To, errors),
            Sort = ReadSort(errors),
            Limit = PageParameters.ReadLimit(Limit, errors),
            Cursor = Cursor,
        };
        errors.Refuse();
        return query;
    }

    private List<AgentTaskStatus> ReadStatuses(FieldErrors errors)
    {
        var statuses = new List<AgentTaskStatus>();
        if (string.IsNullOrEmpty(Status)) return statuses;
        foreach (var name in Status.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!AgentTaskStatusExtensions.TryParse(name, out var status)) errors.Add("status", $"There is no status '{name}'.");
            else if (!statuses.Contains(status)) statuses.Add(status);
        }

        return statuses;
    }

    private TaskSort ReadSort(FieldErrors errors)
    {
        if (string.IsNullOrEmpty(Sort)) return TaskSort.Newest;
        if (Sorts.TryGetValue(Sort, out var sort)) return sort;
        errors.Add("sort", $"sort has to be one of {string.Join(", ", Sorts.Keys)}.");
        return TaskSort.Newest;
    }
}
