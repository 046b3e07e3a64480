using System.Text.Json;
using System.Text.Json.Serialization;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Events;

/// <summary>What an event says: the <c>data</c> of its JSON. One record for each type.</summary>
public abstract record EventData
{
    /// <summary>The task whose log it is in; for <see cref="SubtaskData"/> the child. Left out where a chat shows its primary task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string TaskId { get; init; } = "";

    /// <summary>True for what was said in another task, before this one went on from there: it happened here to nobody, and costs nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Copied { get; init; }

    /// <summary>The event's type, one of <see cref="EventTypes"/>.</summary>
    [JsonIgnore] public abstract string Type { get; }
}

/// <summary>The task moved, or its reason changed.</summary>
public sealed record StatusData(AgentTaskStatus Status, string? Reason, string? ReasonText, AgentTaskStatus? Previous) : EventData
{
    public DateTimeOffset? DueAt { get; init; }

    [JsonIgnore] public override string Type => EventTypes.Status;
}

/// <summary>A whole message, authoritative over every delta with its id.</summary>
public sealed record MessageData(string MessageId, EntryRole Role, string Text) : EventData
{
    /// <summary>Present on a message to the agent: stored, then read; or removed. An event with the same id replaces the one before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public EntryState? State { get; init; }

    /// <summary>The model call of the run that was the first to be given it; present once it is read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Step { get; init; }

    /// <summary>The other task that it comes from; present on news of a child and on another agent's word.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? From { get; init; }

    /// <summary>The files that it took along; absent where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<AttachedFile>? Attachments { get; init; }

    /// <summary>True for text that was cut off: by a cancel, a broken provider stream or the end of the process.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Partial { get; init; }

    [JsonIgnore] public override string Type => EventTypes.Message;
}

/// <summary>A whole thought.</summary>
public sealed record ThoughtData(string MessageId, string Text) : EventData
{
    public long? DurationMs { get; init; }

    [JsonIgnore] public override string Type => EventTypes.Thought;
}

/// <summary>A tool call is about to be made; on disk before it is.</summary>
public sealed record ToolUseData(string CallId, string Name, JsonElement Arguments, string Title) : EventData
{
    [JsonIgnore] public override string Type => EventTypes.ToolUse;
}

/// <summary>A tool call has ended.</summary>
public sealed record ToolResultData(string CallId, StepOutcome Status, string Content, long DurationMs) : EventData
{
    [JsonIgnore] public override string Type => EventTypes.ToolResult;
}

/// <summary>A person is asked something.</summary>
public sealed record RequestData(string RequestId, RequestKind Kind, string Prompt, IReadOnlyList<string> Options, JsonElement? Arguments) : EventData
{
    /// <summary>The tool call that waits for the answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? CallId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Tool { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ToolRisk? Risk { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Subject { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public JsonElement? Form { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What an open request tells the log.</summary>
    public static RequestData Of(TaskRequest request) => new(request.RequestId, request.Kind, request.Prompt, request.Options, request.Arguments)
    {
        CallId = request.CallId,
        Tool = request.Tool,
        Risk = request.Risk,
        Subject = request.Subject,
        Form = request.Form,
        ExpiresAt = request.ExpiresAt,
    };

    /// <summary>The open request as the log tells it.</summary>
    public TaskRequest ToRequest(string taskId, string? runId, DateTimeOffset at) => new()
    {
        RequestId = RequestId,
        TaskId = taskId,
        RunId = runId,
        CallId = CallId,
        Kind = Kind,
        Prompt = Prompt,
        Options = Options,
        Arguments = Arguments,
        Tool = Tool,
        Risk = Risk,
        Subject = Subject,
        Form = Form,
        ExpiresAt = ExpiresAt,
        CreatedAt = at,
    };

    [JsonIgnore] public override string Type => EventTypes.Request;
}

/// <summary>A request was answered, or closed without an answer.</summary>
public sealed record RequestResolvedData(string RequestId, RequestKind Kind, string? Answer, string? By) : EventData
{
    /// <summary>What the person told the agent besides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Note { get; init; }

    /// <summary>The arguments that the person put in place of the agent's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public JsonElement? Arguments { get; init; }

    /// <summary>What a request that is not open any more tells the log.</summary>
    public static RequestResolvedData Of(TaskRequest request) =>
        new(request.RequestId, request.Kind, request.Answer, request.By) { Note = request.Note, Arguments = request.ChangedArguments };

    /// <summary>The request with this in it.</summary>
    public TaskRequest ApplyTo(TaskRequest request, DateTimeOffset at) =>
        request with { ResolvedAt = at, Answer = Answer, By = By, Note = Note, ChangedArguments = Arguments };

    [JsonIgnore] public override string Type => EventTypes.RequestResolved;
}

/// <summary>Tokens of one model call.</summary>
public sealed record UsageData(long Input, long Output, long Cached, decimal? Cost) : EventData
{
    [JsonIgnore] public override string Type => EventTypes.Usage;
}

/// <summary>A run began, or, with an outcome, ended.</summary>
public sealed record RunData(string RunId, int Attempt, RunCause Cause) : EventData
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public RunOutcome? Outcome { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? OutcomeText { get; init; }

    /// <summary>The trigger that opened the run; absent where none did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? TriggerId { get; init; }

    /// <summary>Present on the end of a run that a restart interrupted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public RestartReceipt? Receipt { get; init; }

    [JsonIgnore] public override string Type => EventTypes.Run;
}

/// <summary>A child task has a new status.</summary>
public sealed record SubtaskData(AgentTaskStatus Status) : EventData
{
    [JsonIgnore] public override string Type => EventTypes.Subtask;
}

/// <summary>News from a tool or from the engine: free text, a fraction from 0 to 1, or both.</summary>
public sealed record ProgressData(string? Text, double? Fraction) : EventData
{
    /// <summary>The tool call that it comes from; absent for news of the engine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? CallId { get; init; }

    [JsonIgnore] public override string Type => EventTypes.Progress;
}

/// <summary>Something went wrong; the run may go on after it.</summary>
public sealed record ErrorData(string Code, string Text, bool Retryable) : EventData
{
    [JsonIgnore] public override string Type => EventTypes.Error;
}

/// <summary>The task has another title.</summary>
public sealed record TitleData(string Title) : EventData
{
    [JsonIgnore] public override string Type => EventTypes.Title;
}

/// <summary>The task is gone; the last event of its log, and the only one that outlives it, in the list stream.</summary>
public sealed record DeletedData : EventData
{
    [JsonIgnore] public override string Type => EventTypes.Deleted;
}
