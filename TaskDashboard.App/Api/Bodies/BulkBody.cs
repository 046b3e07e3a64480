using System.ComponentModel;
using System.Text.Json.Serialization;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/tasks/bulk takes: an action, and either ids or a filter. A field that is misspelt is refused: without it the order would mean more tasks.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BulkBody
{
    [Description("Required. cancel, retry or delete.")]
    public string? Action { get; init; }

    [Description("The tasks by their ids, up to 10,000; or filter.")]
    public IReadOnlyList<string>? TaskIds { get; init; }

    [Description("The tasks that match at this moment, as GET /api/tasks shows them; an empty object is all of them. Or task_ids.")]
    public BulkFilterBody? Filter { get; init; }

    [Description("Ids of tasks that match the filter and are left out.")]
    public IReadOnlyList<string>? Except { get; init; }

    [Description("Seconds that the job waits before it begins, so that it can be taken back: 0 to 60. Default 0.")]
    public double? UndoS { get; init; }

    /// <exception cref="RefusedException">Something is missing, or cannot be read.</exception>
    public BulkOrder ToOrder()
    {
        var errors = new FieldErrors();
        BulkAction? action = null;
        if (Action is null) errors.Add("action", "action is missing: cancel, retry or delete.");
        else action = EnumText.Read<BulkAction>("action", Action, errors);
        if (UndoS is { } undo && !(undo >= 0 && undo <= BulkOrder.LongestUndo.TotalSeconds)) errors.Add("undo_s", $"undo_s has to be a number of seconds from 0 to {BulkOrder.LongestUndo.TotalSeconds}.");
        var filter = Filter?.ToQuery(errors);
        errors.Refuse();
        return new BulkOrder(action!.Value) { TaskIds = TaskIds, Filter = filter, Except = [.. Except ?? []], UndoTime = TimeSpan.FromSeconds(UndoS ?? 0) };
    }
}

/// <summary>Which tasks; every filter that is set has to match.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BulkFilterBody
{
    [Description("Some of pending, running, waiting, completed, failed, cancelled.")]
    public IReadOnlyList<string>? Status { get; init; }

    public string? AgentId { get; init; }

    public string? ChatId { get; init; }

    [Description("The task of this run.")]
    public string? RunId { get; init; }

    [Description("The children of this task.")]
    public string? ParentId { get; init; }

    [Description("provider/model of the current or last run.")]
    public string? Model { get; init; }

    [Description("Words that occur in title, agent name or transcript; the last may be the beginning of one.")]
    public string? Q { get; init; }

    [Description("Created at or after, ISO 8601; without an offset it is UTC.")]
    public string? From { get; init; }

    [Description("Created before, ISO 8601; without an offset it is UTC.")]
    public string? To { get; init; }

    [Description("true for those only that wait on a person.")]
    public bool? NeedsYou { get; init; }

    public TaskQuery ToQuery(FieldErrors errors)
    {
        var statuses = new List<AgentTaskStatus>();
        foreach (var name in Status ?? [])
        {
            if (AgentTaskStatusExtensions.TryParse(name, out var status)) statuses.Add(status);
            else errors.Add("filter.status", $"There is no status '{name}'.");
        }

        if (Status is { Count: 0 }) errors.Add("filter.status", "status is empty; leave it away for any.");
        foreach (var (name, value) in new[] { ("agent_id", AgentId), ("chat_id", ChatId), ("run_id", RunId), ("parent_id", ParentId), ("model", Model), ("q", Q), ("from", From), ("to", To) })
        {
            // An empty variable of a script would mean every task.
            if (value is not null && string.IsNullOrWhiteSpace(value)) errors.Add($"filter.{name}", $"{name} is empty; leave it away for any.");
        }

        return new TaskQuery
        {
            Statuses = statuses,
            AgentId = AgentId,
            ChatId = ChatId,
            RunId = RunId,
            ParentId = ParentId,
            Model = Model,
            Search = Q,
            From = TimeText.Read("filter.from", From, errors),
            To = TimeText.Read("filter.to", To, errors),
            NeedsYou = NeedsYou ?? false,
        };
    }
}
