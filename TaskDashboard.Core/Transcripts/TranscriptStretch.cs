using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Transcripts;

/// <summary>
/// A stretch of a log with what makes the entries in it whole, wherever that stands: read alone it shows what the whole log shows in this place.
/// </summary>
/// <param name="TaskId">Whose log it is.</param>
/// <param name="From">The first event of the stretch.</param>
/// <param name="To">The last one.</param>
/// <param name="LastSeq">The log's last event at the time of reading.</param>
/// <param name="Events">The events of the stretch in order; before them what they answer to, behind them the results of calls that it begins.</param>
public sealed record TranscriptStretch(string TaskId, long From, long To, long LastSeq, IReadOnlyList<TaskEvent> Events)
{
    /// <summary>Messages that wait in the stretch and stand elsewhere by now, or nowhere.</summary>
    public IReadOnlySet<string> Moved { get; init; } = new HashSet<string>();

    /// <summary>When the messages to the agent that the stretch tells of were written.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Written { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>The requests that are made in the stretch, as they are.</summary>
    public IReadOnlyDictionary<string, TaskRequest> Requests { get; init; } = new Dictionary<string, TaskRequest>();

    /// <summary>The runs that the stretch tells of, with what they took so far.</summary>
    public IReadOnlyList<Run> Runs { get; init; } = [];

    /// <summary>Sub-tasks that the stretch tells of: by which event they were told of first, and how they stand.</summary>
    public IReadOnlyDictionary<string, SubtaskPlace> Subtasks { get; init; } = new Dictionary<string, SubtaskPlace>();
}

/// <summary>A sub-task in the log of its parent.</summary>
/// <param name="FirstSeq">The first event that tells of it.</param>
/// <param name="Status">How it stands; null where it is gone.</param>
public readonly record struct SubtaskPlace(long FirstSeq, AgentTaskStatus? Status);

/// <summary>The end of a log, with what all of it says of the task as it is.</summary>
/// <param name="Stretch">The newest events.</param>
/// <param name="Status">How the task stood when its log ended so.</param>
/// <param name="Unread">Messages before the stretch that wait to be read, in order, with the ends of sub-tasks that they tell of.</param>
/// <param name="LastUsage">The newest model call, where the stretch has none; null where there was none.</param>
/// <param name="HasChanges">A tool has answered before the stretch that is none of those that only read.</param>
/// <param name="Subtasks">All tasks below this one.</param>
public sealed record TranscriptEnd(
    TranscriptStretch Stretch, AgentTaskStatus Status, IReadOnlyList<TaskEvent> Unread, UsageData? LastUsage, bool HasChanges, IReadOnlyList<string> Subtasks);

/// <summary>Finished, successful steps in a row.</summary>
/// <param name="From">The first event.</param>
/// <param name="To">The last one.</param>
/// <param name="Calls">How many tool calls.</param>
/// <param name="Duration">What they took together, with the thoughts between them.</param>
public sealed record QuietSteps(long From, long To, int Calls, TimeSpan Duration);

/// <summary>The logs of a chat beside the one of the task that its page is about.</summary>
/// <param name="LastId">The newest event of any of the chat's tasks.</param>
/// <param name="Tasks">The others, oldest first.</param>
public sealed record ChatLogs(long LastId, IReadOnlyList<TaskBeginning> Tasks)
{
    /// <summary>No chat.</summary>
    public static ChatLogs None { get; } = new(0, []);
}

/// <summary>Another task of a chat.</summary>
/// <param name="Began">Its first event, without data.</param>
/// <param name="Behind">The event of the log that it began behind; 0 before the first.</param>
/// <param name="LastSeq">How long its own log is.</param>
public sealed record TaskBeginning(TaskEvent Began, long Behind, long LastSeq);
