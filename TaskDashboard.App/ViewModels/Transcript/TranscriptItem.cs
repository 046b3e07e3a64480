using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>One thing in a task's transcript. Changes in place; <see cref="Version"/> says when there is something new to draw.</summary>
public abstract class TranscriptItem(string key)
{
    /// <summary>The same for as long as the item exists, across reloads too.</summary>
    public string Key { get; } = key;

    public int Version { get; private set; }

    public DateTimeOffset At { get; internal set; }

    internal TranscriptPlace Place { get; set; }

    /// <summary>The sequence number of the event that it stands at, in the log of the task that is shown; 0 while it is streaming in, and for another task's group.</summary>
    public long Seq => Place is { Band: TranscriptBand.Logged, Beside: 0 } ? Place.Order : 0;

    /// <summary>The store-wide id of the event that put it there; 0 while it is streaming in.</summary>
    public long EventId { get; internal set; }

    /// <summary>It was said in another task, before this one went on from there.</summary>
    public bool IsCopied { get; internal set; }

    internal void Touch() => Version++;
}

/// <summary>
/// Where an item stands: what is in the log by its sequence number, behind that what is streaming in. Messages that no model has read yet
/// stand apart, in the order in which they will be. A reload sorts in the same way, so that live and replayed transcripts look the same.
/// </summary>
/// <param name="Band">In the log, or streaming in behind it.</param>
/// <param name="Order">The sequence number in the log, or the order of coming.</param>
/// <param name="Beside">For what is not of this log and stands behind that place of it: the order among its like. 0 for the rest.</param>
internal readonly record struct TranscriptPlace(TranscriptBand Band, long Order, long Beside = 0) : IComparable<TranscriptPlace>
{
    public int CompareTo(TranscriptPlace other) => Band != other.Band ? Band.CompareTo(other.Band) : Order != other.Order ? Order.CompareTo(other.Order) : Beside.CompareTo(other.Beside);
}

internal enum TranscriptBand
{
    Logged,
    Streaming,
}

/// <summary>Text of a person, an agent or the engine, or news of another task.</summary>
public sealed class MessageItem(string key, EntryRole role) : TranscriptItem(key)
{
    public EntryRole Role { get; } = role;

    public StreamingText Body { get; } = new();

    public string Text => Body.ToString();

    /// <summary>The files that it took along.</summary>
    public IReadOnlyList<AttachedFile> Attachments { get; internal set; } = [];

    /// <summary>Where a message to the agent is on its way; null on all else.</summary>
    public EntryState? State { get; internal set; }

    /// <summary>The model call that was the first to be given it; null before, and where the log does not say.</summary>
    public int? Step { get; internal set; }

    /// <summary>When the task takes it in; null while that is not known yet.</summary>
    public MessageMode? Mode { get; internal set; }

    /// <summary>The task in whose log it is; null while it is not there yet.</summary>
    public string? TaskId { get; internal set; }

    /// <summary>The other task that it comes from.</summary>
    public string? FromTaskId { get; internal set; }

    /// <summary>It tells that this task has ended so; null for another agent's word.</summary>
    public AgentTaskStatus? ToldEnd { get; internal set; }

    /// <summary>A person wrote it, who may change it until it is read.</summary>
    public bool IsEditable => Role == EntryRole.User;

    /// <summary>It was cut off.</summary>
    public bool IsPartial { get; internal set; }
}

/// <summary>What a model thought before it answered.</summary>
public sealed class ThoughtItem(string key) : TranscriptItem(key)
{
    public StreamingText Body { get; } = new();

    public string Text => Body.ToString();

    public TimeSpan? Duration { get; internal set; }
}

/// <summary>A tool call with its result.</summary>
public sealed class ToolCallItem(string callId, string name, string title, string arguments) : TranscriptItem(callId)
{
    public string CallId => Key;

    /// <summary>The task that made it.</summary>
    public string TaskId { get; init; } = "";

    public string Name { get; } = name;

    public string Title { get; } = title;

    /// <summary>Indented JSON.</summary>
    public string Arguments { get; } = arguments;

    /// <summary>It is not made before a person has answered.</summary>
    public bool WaitsForPerson { get; internal set; }

    /// <summary>Since when it is at work.</summary>
    public DateTimeOffset WorksSince { get; internal set; }

    /// <summary>Null while it is at work.</summary>
    public StepOutcome? Outcome { get; internal set; }

    public string Content { get; internal set; } = "";

    /// <summary>The sequence number of the event that told its result; 0 before.</summary>
    internal long ResultSeq { get; set; }

    public TimeSpan Duration { get; internal set; }

    /// <summary>What it last said of how far it is; null when it has not, and once it is done.</summary>
    public CallNews? News { get; internal set; }

    /// <summary>It went well and asks for nobody's eyes.</summary>
    public bool IsQuiet => Outcome == StepOutcome.Success;
}

/// <summary>Steps in the middle of a long row of quiet ones that are not in memory: of them no more is known than the line says that they fold to.</summary>
public sealed class GapItem : TranscriptItem
{
    /// <param name="from">The first event that it stands for.</param>
    /// <param name="to">The last one.</param>
    /// <param name="calls">How many tool calls.</param>
    /// <param name="duration">What they took.</param>
    /// <param name="isCopied">They were made in another task.</param>
    public GapItem(long from, long to, int calls, TimeSpan duration, bool isCopied)
        : base($"gap:{from}-{to}")
    {
        (From, To, Calls, Duration, IsCopied) = (from, to, calls, duration, isCopied);
    }

    public long From { get; }

    public long To { get; }

    public int Calls { get; }

    public TimeSpan Duration { get; }
}

/// <summary>How far a tool call is.</summary>
/// <param name="Text">What it is at; null where it does not say.</param>
/// <param name="Fraction">How much is done, from 0 to 1; null where it does not say.</param>
public sealed record CallNews(string? Text, double? Fraction);

/// <summary>Something went wrong; the run may have gone on.</summary>
public sealed class ErrorItem(string key, string code, string text, bool retryable) : TranscriptItem(key)
{
    public string Code { get; } = code;

    public string Text { get; } = text;

    public bool Retryable { get; } = retryable;
}

/// <summary>A question or an approval.</summary>
public sealed class RequestItem(TaskRequest request) : TranscriptItem(request.RequestId)
{
    /// <summary>As the log has told it so far.</summary>
    public TaskRequest Request { get; internal set; } = request;

    public bool IsOpen => Request.IsOpen;
}

/// <summary>A child task moved.</summary>
public sealed class SubtaskItem(string key, string taskId) : TranscriptItem(key)
{
    public string TaskId { get; } = taskId;

    public AgentTaskStatus Status { get; internal set; }
}

/// <summary>A run began in a way that a reader wants to know of: a retry, a recovery, a trigger.</summary>
public sealed class RunMarkItem(string key, RunCause cause, int attempt) : TranscriptItem(key)
{
    public RunCause Cause { get; } = cause;

    public int Attempt { get; } = attempt;
}

/// <summary>A run ended; the newest one of a finished task is its end banner.</summary>
public sealed class EndingItem(string key, string? runId) : TranscriptItem(key)
{
    /// <summary>The run that ended; null for a task that ended before its first.</summary>
    public string? RunId { get; } = runId;

    public RunOutcome Outcome { get; internal set; }

    /// <summary>Machine code of a failure, one of <see cref="ReasonCodes"/>.</summary>
    public string? Reason { get; internal set; }

    /// <summary>Why, in one plain sentence.</summary>
    public string? Text { get; internal set; }

    public TimeSpan? Duration { get; internal set; }

    /// <summary>Of this run.</summary>
    public TaskUsage Usage { get; internal set; } = TaskUsage.None;

    /// <summary>What a restart did to the run; null where none came between.</summary>
    public RestartNotes? Restart { get; internal set; }
}
