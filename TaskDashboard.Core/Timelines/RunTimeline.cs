using System.Text.Json.Serialization;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Timelines;

/// <summary>Where the time of a run went: what it did and what it waited for, in the order in which that began.</summary>
public sealed record RunTimeline
{
    /// <summary>The run, without its steps: they are among the spans.</summary>
    public required Run Run { get; init; }

    public required string TaskTitle { get; init; }

    public required string AgentId { get; init; }

    public required string AgentName { get; init; }

    /// <summary>How many runs the task has had.</summary>
    public int RunCount { get; init; }

    /// <summary>The run of the task before it; null for the first.</summary>
    public string? PreviousRunId { get; init; }

    /// <summary>The run of the task behind it; null for the last.</summary>
    public string? NextRunId { get; init; }

    /// <summary>The run and the call of it that started this one's task; null for a task that no agent started.</summary>
    public string? ParentRunId { get; init; }

    /// <inheritdoc cref="ParentRunId"/>
    public string? ParentCallId { get; init; }

    public required IReadOnlyList<RunSpan> Spans { get; init; }

    /// <summary>What a person should look at first; null unless the run has failed.</summary>
    public RunFault? Fault { get; init; }

    /// <summary>The runs of the tasks that this run started; null where nobody asked for them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<RunTimeline>? Children { get; init; }

    /// <summary>What determined when the tree's root ended, from its beginning to its end; null but for the root of a tree.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<CriticalPiece>? CriticalPath { get; init; }

    /// <summary>There are more runs below it than are told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool IsTruncated { get; init; }
}

/// <summary>Something that a run did, or waited for.</summary>
public sealed record RunSpan
{
    /// <summary>The step's id; for a wait, and for what is not over, an id of its own that is only known in this timeline.</summary>
    public required string SpanId { get; init; }

    public required SpanKind Kind { get; init; }

    /// <summary>The model, the tool, or what is waited for: one of the reason codes of waiting, <c>slot</c> or <c>retry</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people; null where the name says all.</summary>
    public string? Title { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it is not over.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Null while it is not over, and for waits.</summary>
    public StepOutcome? Outcome { get; init; }

    public string? Error { get; init; }

    /// <summary>The span in which it lies: a wait in the step that waited.</summary>
    public string? ParentId { get; init; }

    /// <summary>The step's number in its run; null for waits and for what is not over.</summary>
    public int? Index { get; init; }

    public string? StepId { get; init; }

    public string? CallId { get; init; }

    /// <summary>What a person was asked.</summary>
    public string? RequestId { get; init; }

    /// <summary>Of a model call.</summary>
    public long? FirstTokenMs { get; init; }

    /// <summary>Of a model call that is over.</summary>
    public TaskUsage? Usage { get; init; }

    public int Retries { get; init; }

    /// <summary>The attempts that failed before the last one; null for none.</summary>
    public IReadOnlyList<CallAttempt>? Attempts { get; init; }
}

/// <summary>What a span is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SpanKind>))]
public enum SpanKind
{
    [JsonStringEnumMemberName("model")] Model,
    [JsonStringEnumMemberName("tool")] Tool,
    [JsonStringEnumMemberName("wait")] Wait,
}

/// <summary>The error that led to the end of a run that failed.</summary>
public sealed record RunFault
{
    /// <summary>The span to look at; null where the run failed outside of every step.</summary>
    public string? SpanId { get; init; }

    /// <summary>The step's number in its run, and its id.</summary>
    public int? Index { get; init; }

    public string? StepId { get; init; }

    public SpanKind? Kind { get; init; }

    /// <summary>The model or the tool.</summary>
    public string? Name { get; init; }

    /// <summary>One line for people on what was done; null where the name says all.</summary>
    public string? Title { get; init; }

    /// <summary>What went wrong there.</summary>
    public required string Error { get; init; }

    /// <summary>How often a provider was asked again until then.</summary>
    public int RetriesBefore { get; init; }

    /// <summary>How many tool calls in a row failed from there on, that one included; 0 for a model call.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>All of it in one or two plain sentences.</summary>
    public required string Text { get; init; }
}

/// <summary>A piece of the critical path: for so long the end of the tree depended on this span.</summary>
/// <param name="RunId">The run of the span.</param>
/// <param name="SpanId">The span.</param>
/// <param name="StartedAt">When the piece begins.</param>
/// <param name="DurationMs">How long it is.</param>
public sealed record CriticalPiece(string RunId, string SpanId, DateTimeOffset StartedAt, long DurationMs);
