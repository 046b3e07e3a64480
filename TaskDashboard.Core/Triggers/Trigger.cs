using System.Text.Json.Serialization;
using TaskDashboard.Core.Agents;

namespace TaskDashboard.Core.Triggers;

/// <summary>Starts runs of a task by itself. An immutable picture of what was committed when it was read.</summary>
public sealed record Trigger
{
    /// <summary>How many of its runs in a row have to fail before it is held.</summary>
    public const int FailuresToBreak = 3;

    public required string Id { get; init; }

    /// <summary>Its task. One that was made alone has the id ready, and the task itself from its first firing on.</summary>
    public required string TaskId { get; init; }

    /// <summary>The person whose it is, and for whom it works.</summary>
    [JsonIgnore] public string? PersonId { get; init; }

    public required TriggerDefinition Definition { get; init; }

    public TriggerState State { get; init; }

    /// <summary>Why it does not fire, in one sentence; null while it is active.</summary>
    public string? StateText { get; init; }

    /// <summary>When it fires next; null for a webhook, and for one that does not fire.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The last slot that was looked at.</summary>
    [JsonIgnore] public DateTimeOffset? Cursor { get; init; }

    /// <summary>How many firings opened a run so far.</summary>
    public long Fired { get; init; }

    /// <summary>Firings up to this one do not count for the breaker.</summary>
    [JsonIgnore] public long ResetAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>It itself, as the one that speaks.</summary>
    [JsonIgnore]
    public AgentDescriptor Origin => Definition.Kind switch
    {
        TriggerKind.Heartbeat => new AgentDescriptor.Heartbeat(Id),
        TriggerKind.Webhook => new AgentDescriptor.Webhook(Id),
        _ => new AgentDescriptor.Cron(Id),
    };

    /// <summary>Whose conversation it speaks in: that of its task.</summary>
    [JsonIgnore] public AgentDescriptor Target => new AgentDescriptor.Task(TaskId);
}

/// <summary>Whether a trigger fires.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TriggerState>))]
public enum TriggerState
{
    [JsonStringEnumMemberName("active")] Active,

    /// <summary>A person holds it. What is due meanwhile is not caught up on.</summary>
    [JsonStringEnumMemberName("paused")] Paused,

    /// <summary>Three of its runs in a row failed; a person has to look and reset it.</summary>
    [JsonStringEnumMemberName("broken")] Broken,

    /// <summary>It fires no more: its time is over, or its task is gone.</summary>
    [JsonStringEnumMemberName("ended")] Ended,
}

/// <summary>A slot of a trigger: that it ran, or why it did not.</summary>
public sealed record TriggerFiring
{
    public long Id { get; init; }

    public required string TriggerId { get; init; }

    /// <summary>What makes it one of a kind among the firings of its trigger.</summary>
    public required string Slot { get; init; }

    public FiringSource Source { get; init; }

    public FiringOutcome Outcome { get; init; }

    /// <summary>One of <see cref="FiringReasons"/>, where it was skipped or waits; null when it started.</summary>
    public string? Reason { get; init; }

    /// <summary>The moment it was for; the first of <see cref="Slots"/> of them.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The last moment it stands for; the same as <see cref="DueAt"/> for one slot.</summary>
    public DateTimeOffset ThroughAt { get; init; }

    /// <summary>How many slots it stands for: more than 1 only where several were skipped for one reason.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>When it was decided.</summary>
    public DateTimeOffset At { get; init; }

    public string? TaskId { get; init; }

    [JsonIgnore] public int? RunNumber { get; init; }

    [JsonIgnore] public string? Message { get; init; }

    /// <summary>The run that it opened, once that is claimed.</summary>
    public string? RunId { get; init; }

    /// <summary>How that run ended; null before.</summary>
    public Runs.RunOutcome? RunOutcome { get; init; }

    public string? RunOutcomeText { get; init; }

    public DateTimeOffset? RunEndedAt { get; init; }
}

/// <summary>What brought a firing about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FiringSource>))]
public enum FiringSource
{
    [JsonStringEnumMemberName("schedule")] Schedule,
    [JsonStringEnumMemberName("catch_up")] CatchUp,
    [JsonStringEnumMemberName("run_now")] RunNow,
    [JsonStringEnumMemberName("delivery")] Delivery,
}

/// <summary>What became of a firing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FiringOutcome>))]
public enum FiringOutcome
{
    /// <summary>It opened a run.</summary>
    [JsonStringEnumMemberName("started")] Started,

    /// <summary>It waits for the task to come to its end.</summary>
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>It did not run, and will not.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,
}

/// <summary>Why a firing waits or was skipped.</summary>
public static class FiringReasons
{
    /// <summary>The run before was not over.</summary>
    public const string Overlap = "overlap";

    /// <summary>Nobody ran when it was due, and it was not to be caught up on.</summary>
    public const string Missed = "missed";

    /// <summary>More were missed than are to be caught up on.</summary>
    public const string CatchUpLimit = "catch_up_limit";

    /// <summary>Ten of its trigger waited already.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>A newer one took its place: the overlap policy wants it, or this one was cancelled before its run began.</summary>
    public const string Superseded = "superseded";

    /// <summary>A person skipped it.</summary>
    public const string SkippedByPerson = "skipped_by_person";

    /// <summary>The trigger was paused, changed, reset or ended while it waited.</summary>
    public const string TriggerStopped = "trigger_stopped";

    /// <summary>The agent that was to work is gone or archived.</summary>
    public const string AgentGone = "agent_gone";

    /// <summary>The task is gone.</summary>
    public const string TaskGone = "task_gone";

    /// <summary>The template is gone, or does not fit its arguments any more.</summary>
    public const string TemplateRefused = "template_refused";

    /// <summary>The message could not be made, or the task could not take it.</summary>
    public const string Refused = "refused";
}
