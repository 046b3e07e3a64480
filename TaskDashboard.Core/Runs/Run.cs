using System.Text.Json.Serialization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>One activation of a task. Opened by a claim, ended exactly once; its outcome never changes afterwards.</summary>
public sealed record Run
{
    public required string RunId { get; init; }

    public required string TaskId { get; init; }

    /// <summary>1 for the first run of the task.</summary>
    public int Attempt { get; init; }

    public RunCause Cause { get; init; }

    public required string Model { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null while it runs.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>Why it ended so, in one sentence; null when it completed.</summary>
    public string? OutcomeText { get; init; }

    public TaskUsage Usage { get; init; } = TaskUsage.None;

    /// <summary>Filled in where one run is asked for; null in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<RunStep>? Steps { get; init; }
}

/// <summary>What opened a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunCause>))]
public enum RunCause
{
    [JsonStringEnumMemberName("start")] Start,
    [JsonStringEnumMemberName("message")] Message,
    [JsonStringEnumMemberName("retry")] Retry,
    [JsonStringEnumMemberName("trigger")] Trigger,
    [JsonStringEnumMemberName("recovery")] Recovery,
}

/// <summary>How a run ended. The same words as the terminal statuses, and <c>interrupted</c> for one that its process left behind.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome
{
    [JsonStringEnumMemberName("completed")] Completed,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    [JsonStringEnumMemberName("interrupted")] Interrupted,
}

/// <summary>One model call or one tool call of a run. Written once, when it has ended.</summary>
public sealed record RunStep
{
    public required string StepId { get; init; }

    public required string RunId { get; init; }

    /// <summary>1 for the first step of the run. Parallel tool calls have numbers of their own.</summary>
    public int Index { get; init; }

    public StepKind Kind { get; init; }

    /// <summary>The model, or the tool.</summary>
    public required string Name { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public long DurationMs { get; init; }

    /// <summary>Time to the first token of a model call; null for a tool, and for a call that gave none.</summary>
    public long? FirstTokenMs { get; init; }

    public TaskUsage Usage { get; init; } = TaskUsage.None;

    /// <summary>How often the provider was asked again before the first token.</summary>
    public int Retries { get; init; }

    /// <summary>The attempts of a model call that failed before the last one, in order; null where the first went through.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<CallAttempt>? Attempts { get; init; }

    /// <summary>The id that ties a tool step to its <c>tool_use</c> and <c>tool_result</c> events.</summary>
    public string? CallId { get; init; }

    public StepOutcome Outcome { get; init; }

    public string? Error { get; init; }

    /// <summary>What a model call sent and received, on its way into the store; null for one that was read from it.</summary>
    [JsonIgnore] internal Exchanges.RecordedExchange? Exchange { get; init; }
}

/// <summary>An attempt of a model call that failed, so that the provider was asked again.</summary>
/// <param name="AtMs">When it had failed, in milliseconds since the call began.</param>
/// <param name="Cause">Why, in one sentence.</param>
/// <param name="WaitedMs">How long was waited before the next one, a slot included; what was left of the call where none followed.</param>
/// <param name="RateLimited">The provider said that it was asked too often.</param>
public sealed record CallAttempt(long AtMs, string Cause, long WaitedMs, bool RateLimited);

/// <summary>What a step did.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepKind>))]
public enum StepKind
{
    [JsonStringEnumMemberName("model")] Model,
    [JsonStringEnumMemberName("tool")] Tool,
}

/// <summary>How a step ended; for a tool call also the status of its <c>tool_result</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepOutcome>))]
public enum StepOutcome
{
    [JsonStringEnumMemberName("success")] Success,
    [JsonStringEnumMemberName("error")] Error,
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>It was in flight when the process died: nobody knows whether it took effect, and it is never run again by itself.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}
