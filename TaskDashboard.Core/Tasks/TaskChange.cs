using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Everything that changes together about one task: its row, its log, its transcript, its runs. Committed whole or not at all.
/// The log gets <see cref="Log"/> first, then the <c>status</c> event of <see cref="Transition"/>, then whatever <see cref="Then"/> adds.
/// </summary>
internal sealed record TaskChange
{
    public TaskTransition? Transition { get; init; }

    public IReadOnlyList<LogEntry> Log { get; init; } = [];

    /// <summary>Further changes of the row; pure, because a failed batch is applied a second time.</summary>
    public Func<AgentTask, AgentTask>? Edit { get; init; }

    public Run? OpenRun { get; init; }

    public Run? EndRun { get; init; }

    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>New questions and approvals; each gets its <c>request</c> event behind <see cref="Log"/>.</summary>
    public IReadOnlyList<TaskRequest> OpenRequests { get; init; } = [];

    /// <summary>Open requests that are answered or closed; each gets its <c>request_resolved</c> event. Those that are not open any more are left alone.</summary>
    public IReadOnlyList<TaskRequest> ResolveRequests { get; init; } = [];

    /// <summary>Requests of which the call is let go with this change: from here on it may have its effect.</summary>
    public IReadOnlyList<string> BeginRequests { get; init; } = [];

    /// <summary>Attachments that are the task's from here on. Look first whether it may have them (<see cref="ITaskView.MayTake"/>).</summary>
    public IReadOnlyList<string> TakeAttachments { get; init; } = [];

    /// <summary>Applied right behind this one, in the same transaction.</summary>
    public TaskChange? Then { get; init; }
}

/// <summary>A fact for the log, with the transcript entry that it makes known, if it makes one known.</summary>
internal readonly record struct LogEntry(EventData Data, ChatEntry? Entry = null, string? ClientMessageId = null);

/// <summary>A task that is not stored yet.</summary>
/// <param name="Task">Its row, without key, version and sequence number.</param>
/// <param name="Chat">The chat that it begins; null when it joins one.</param>
/// <param name="FirstMessage">What it was asked.</param>
internal sealed record NewTask(AgentTask Task, Chat? Chat, LogEntry FirstMessage)
{
    /// <summary>What was said in another task before it, for its log and its transcript; every entry is read, and nobody's run's.</summary>
    public IReadOnlyList<LogEntry> History { get; init; } = [];

    /// <summary>The files of its messages.</summary>
    public IEnumerable<Attachments.AttachedFile> Files => History.Append(FirstMessage).SelectMany(told => told.Entry?.Attachments ?? []);

    /// <summary>The caller's key, if any.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Digest of the request, to notice a key that is used for something else.</summary>
    public string? RequestDigest { get; init; }

    /// <summary>The run that makes the task, where one does: refused when that run is not at work any more.</summary>
    public string? SpawningRunId { get; init; }

    /// <summary>What people are told about how it was made; null for nothing.</summary>
    public LogEntry? Warning { get; init; }

    /// <summary>Asked on the writer, unless the request is a repeat: why its agent does not take it (<see cref="ChangeOutcome.AgentGone"/>, <see cref="ChangeOutcome.AgentArchived"/>); null when it does.</summary>
    public Func<ChangeOutcome?>? RefusedByAgent { get; init; }

    /// <summary>How many live children its parent may have, this one among them.</summary>
    public int MostSiblings { get; init; } = int.MaxValue;

    /// <summary>True when no row may be left if it waits for nothing but a slot and comes without a claim.</summary>
    public bool OnlyWithSlot { get; init; }
}

/// <summary>What became of a change.</summary>
/// <param name="Outcome">Whether it was made.</param>
/// <param name="Task">The task after it; the task as it stands when it was declined; null when there is none.</param>
/// <param name="First">The task after the first of several changes in one; what a caller of create is answered with.</param>
internal readonly record struct ChangeResult(ChangeOutcome Outcome, AgentTask? Task, AgentTask? First = null)
{
    public bool Applied => Outcome == ChangeOutcome.Applied;
}

/// <summary>Whether a change was made.</summary>
internal enum ChangeOutcome
{
    /// <summary>On disk.</summary>
    Applied,

    /// <summary>The task stands where the change does not apply, or its owner is another one by now.</summary>
    Declined,

    /// <summary>There is no such task.</summary>
    NotFound,

    /// <summary>An earlier request with the same idempotency key made the task.</summary>
    Existing,

    /// <summary>The idempotency key was used for another request.</summary>
    KeyReused,

    /// <summary>A live task of the same chat has the name.</summary>
    NameTaken,

    /// <summary>A live task carries out the same order.</summary>
    Duplicate,

    /// <summary>The parent is being cancelled, was cancelled, or its run has ended: it may not have further children.</summary>
    ParentStopped,

    /// <summary>The parent has as many live children as it may.</summary>
    TooManyChildren,

    /// <summary>A task that this one was to depend on does not exist.</summary>
    DependencyMissing,

    /// <summary>It would wait for itself, over one corner or several.</summary>
    DependencyCycle,

    /// <summary>Its agent is gone, or is being removed.</summary>
    AgentGone,

    /// <summary>The chat that it was to join is gone.</summary>
    ChatGone,

    /// <summary>Its agent is archived.</summary>
    AgentArchived,

    /// <summary>An attachment that its message was to take along is gone, or another task's.</summary>
    AttachmentTaken,

    /// <summary>It could start, but every slot is taken, and it was not to be stored in that case.</summary>
    NoSlot,
}

/// <summary>The tasks as the open transaction has them. For decisions, on the writer's thread only.</summary>
internal interface ITaskView
{
    /// <summary>The moment of the transaction.</summary>
    DateTimeOffset Now { get; }

    /// <summary>One task, or null.</summary>
    AgentTask? Find(string taskId);

    /// <summary>Whether a task of the chat that has not ended has the name.</summary>
    bool HasLiveName(string chatId, string name);

    /// <summary>The direct children that have not ended, oldest first.</summary>
    IReadOnlyList<AgentTask> LiveChildrenOf(string taskId);

    /// <summary>Whether an attachment is there, and no other task's.</summary>
    bool MayTake(string attachmentId, string taskId);
}

/// <summary>
/// The one way to change a task. Changes are decided and applied one after the other, in a single writer: a decision sees the task as
/// the change before left it, so that compare and set cannot come apart. Completes when the change is on disk. Safe for threads.
/// </summary>
/// <remarks>
/// While the store cannot be written, a change waits until it can: what is written here are facts that nobody could say again. Where a
/// person or a program waits for the answer, use <see cref="ForCaller"/>.
/// </remarks>
internal interface ITaskLog
{
    /// <summary>
    /// The same log for changes that somebody waits for: when the store does not take one within ten seconds, or has too much to write already, it
    /// is refused as <see cref="RefusalKind.Unavailable"/>, and never made later.
    /// </summary>
    ITaskLog ForCaller { get; }

    /// <summary>Stores a new task, and directly behind it what <paramref name="then"/> says.</summary>
    Task<ChangeResult> CreateAsync(NewTask task, TaskChange? then);

    /// <summary>Stores new tasks that belong together: all of them, or none where one of them may not be. What the first one's key has made is answered in place of them.</summary>
    Task<IReadOnlyList<ChangeResult>> CreateAllAsync(IReadOnlyList<(NewTask Task, TaskChange? Then)> tasks);

    /// <summary>Changes a task.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="decide">
    /// Called on the writer with the task as it stands; null declines. Must be quick and pure: it may be called again when a batch is repeated.
    /// A transition that <see cref="TaskTransitions"/> does not know is declined too.
    /// </param>
    /// <param name="characters">How much text the change carries, where it may be much: what waits for the writer is bounded.</param>
    Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, TaskChange?> decide, int characters = 0);

    /// <summary>Changes a task, with an eye on others.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="decide">As above; the view shows other tasks as the transaction has them.</param>
    /// <param name="characters">As above.</param>
    Task<ChangeResult> ChangeAsync(string taskId, Func<AgentTask, ITaskView, TaskChange?> decide, int characters = 0);

    /// <summary>Removes a terminal task with everything that belongs to it, and logs <c>deleted</c>. Declined while it is live.</summary>
    Task<ChangeResult> DeleteAsync(string taskId);

    /// <summary>Keeps the text so far of messages that are streaming in, so that a crash loses at most what came since.</summary>
    Task CheckpointAsync(IReadOnlyList<ChatEntry> openMessages);
}
