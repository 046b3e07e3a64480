using System.Text.Json.Serialization;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.Core.Triggers;

/// <summary>What people set about a trigger: when it fires, what it says to whom, and what holds it back. Stored as one JSON document.</summary>
public sealed record TriggerDefinition
{
    /// <summary>For people; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    public TriggerKind Kind { get; init; }

    /// <summary>What the agent is told at each firing; of a webhook, before what was delivered. Empty where <see cref="Template"/> says it.</summary>
    public required string Message { get; init; }

    /// <summary>The template that says what the agent is told, filled in anew at each firing; null where <see cref="Message"/> does.</summary>
    public TemplateUse? Template { get; init; }

    /// <summary>The agent that is to work, whoever the task was given to; null for the task's own, <c>task(id)</c>.</summary>
    public string? AgentId { get; init; }

    /// <summary>Five fields as in crontab (0 and 7 are Sunday), six as in Quartz (seconds first; 1 is Sunday), or a macro such as <c>@daily</c>.</summary>
    public string? Cron { get; init; }

    /// <summary>The IANA name of the zone that <see cref="Cron"/> is read in. Default <c>UTC</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Fires every so many seconds, 1 to 31,536,000, counted from when it was made; instead of <see cref="Cron"/>.</summary>
    public long? EveryS { get; init; }

    /// <summary>What becomes of firings that were missed because nobody ran. Default <see cref="CatchUp.Last"/>.</summary>
    public CatchUp CatchUp { get; init; } = CatchUp.Last;

    /// <summary>How many are caught up on at most under <see cref="CatchUp.All"/>, the newest: 1 to 100. Default 10.</summary>
    public int CatchUpLimit { get; init; } = 10;

    /// <summary>What happens when the run before is not over. Default <see cref="Overlap.Skip"/>; for a webhook made over REST <see cref="Overlap.Queue"/>.</summary>
    public Overlap Overlap { get; init; }

    /// <summary>It ends after so many firings that opened a run; null for no end.</summary>
    public long? MaxFirings { get; init; }

    /// <summary>It ends at this moment; null for no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Longest time of each of its runs in seconds; null for the task's own limit.</summary>
    public int? TimeoutS { get; init; }

    /// <summary>True for one that goes away once the first run that it opened has ended.</summary>
    public bool DeleteAfterRun { get; init; }

    /// <summary>What a webhook is signed with (HMAC-SHA256 of the body); null for none. Never shown.</summary>
    public string? Secret { get; init; }

    /// <summary>What the address of a webhook ends with; null for every other kind.</summary>
    public string? Token { get; init; }

    /// <summary>The task that it makes at its first firing; null for one that belongs to a task that was there before.</summary>
    public TriggerOrder? Order { get; init; }

    /// <summary>What every kind but a webhook goes by.</summary>
    [JsonIgnore] public bool IsScheduled => Kind != TriggerKind.Webhook;
}

/// <summary>The task of a trigger that was made alone: what to make it of.</summary>
/// <param name="AgentId">Who works on it, unless the trigger names another agent; null takes the agent of the trigger's template. So does whatever else is null.</param>
public sealed record TriggerOrder(string? AgentId)
{
    public string? Title { get; init; }

    public string? Model { get; init; }

    public string? WorkDir { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>What makes it fire.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TriggerKind>))]
public enum TriggerKind
{
    /// <summary>The clock: an expression, or every so many seconds.</summary>
    [JsonStringEnumMemberName("cron")] Cron,

    /// <summary>The clock too, to look in at a task: one message for each task and beat, never several in one.</summary>
    [JsonStringEnumMemberName("heartbeat")] Heartbeat,

    /// <summary>A call from outside.</summary>
    [JsonStringEnumMemberName("webhook")] Webhook,
}

/// <summary>What becomes of firings that were due while nobody ran. A firing that is no more than a minute late was not missed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CatchUp>))]
public enum CatchUp
{
    /// <summary>None of them runs.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>The newest runs, once.</summary>
    [JsonStringEnumMemberName("last")] Last,

    /// <summary>All of them run, one after the other, up to the limit.</summary>
    [JsonStringEnumMemberName("all")] All,
}

/// <summary>What happens to a firing while the task is at work or waits.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Overlap>))]
public enum Overlap
{
    /// <summary>It does not run; the history says why.</summary>
    [JsonStringEnumMemberName("skip")] Skip,

    /// <summary>It runs when the task has come to its end; up to ten may wait.</summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>What runs is cancelled, and it runs then.</summary>
    [JsonStringEnumMemberName("cancel_previous")] CancelPrevious,
}
