using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Writes what one run finds out, as long as the run owns its task: every write carries the fencing token of the claim, and one that comes
/// after another owner's claim, or after the run's end, is refused. Also the way by which streaming text reaches viewers.
/// </summary>
internal sealed class RunRecorder
{
    private readonly AgentTask claimed;
    private readonly ITaskLog log;
    private readonly ITaskReader reader;
    private readonly TaskFeed feed;
    private readonly OpenTextTable openTexts;

    public RunRecorder(AgentTask claimed, ITaskLog log, ITaskReader reader, TaskFeed feed, OpenTextTable openTexts)
    {
        this.claimed = Task = claimed;
        this.log = log;
        this.reader = reader;
        this.feed = feed;
        this.openTexts = openTexts;
    }

    /// <summary>The task as this run's last write left it.</summary>
    public AgentTask Task { get; private set; }

    /// <summary>What the run calls, also where the task has been given another model for its next run meanwhile.</summary>
    public string Model => claimed.Model;

    /// <summary>Commits a change.</summary>
    /// <exception cref="OwnershipLostException">The task has another owner, or is gone; nothing was written.</exception>
    public Task RecordAsync(TaskChange change) => RecordAsync(_ => change);

    /// <summary>Commits what is decided on the task as it stands; null writes nothing.</summary>
    /// <exception cref="OwnershipLostException">The task has another owner, or is gone; nothing was written.</exception>
    public Task<bool> RecordAsync(Func<AgentTask, TaskChange?> decide) => RecordAsync((task, _) => decide(task));

    /// <inheritdoc cref="RecordAsync(Func{AgentTask, TaskChange?})"/>
    public async Task<bool> RecordAsync(Func<AgentTask, ITaskView, TaskChange?> decide)
    {
        var result = await log.ChangeAsync(claimed.Id, (current, view) => IsOwned(current) && decide(current, view) is { } change ? KeepStopping(current, change) : null);
        if (!result.Applied && (result.Task is not { } found || !IsOwned(found))) throw new OwnershipLostException(claimed.Id, claimed.RunId!, claimed.Fence, result.Task);
        Task = result.Task!;
        return result.Applied;
    }

    /// <summary>Logs news that change nothing.</summary>
    /// <param name="news">What to log.</param>
    /// <param name="isWanted">Asked when it is written: false leaves it out.</param>
    /// <returns>False when the task has another owner, or is gone.</returns>
    public async Task<bool> TellAsync(EventData news, Func<bool> isWanted)
    {
        var isOwner = false;

        // Not by way of Task: what a tool tells runs beside the run's own writes, and must not put an older picture in its place.
        await log.ChangeAsync(claimed.Id, current => (isOwner = IsOwned(current)) && isWanted() ? new TaskChange { Log = [new LogEntry(news)] } : null);
        return isOwner;
    }

    /// <summary>Says that the run goes on after a wait, unless whoever ended the wait has said so already.</summary>
    /// <param name="reason">What it waited for.</param>
    /// <param name="goingOn">What it does now.</param>
    public Task LeaveWaitAsync(string reason, TaskTransition goingOn) =>
        RecordAsync(current => current.Status == AgentTaskStatus.Waiting && current.Reason == reason ? new TaskChange { Transition = goingOn } : null);

    /// <summary>
    /// Ends the turn: the task is done, or parks until a child ends. Neither when there is a message that the run has not read, or a cancel
    /// was accepted.
    /// </summary>
    public async Task<TurnEnd> EndTurnAsync(Func<AgentTask, TaskChange> complete, Func<IReadOnlyList<AgentTask>, TaskChange> park)
    {
        var outcome = TurnEnd.GoesOn;
        var result = await log.ChangeAsync(claimed.Id, (current, view) =>
        {
            outcome = TurnEnd.GoesOn;
            if (!IsOwned(current) || current.Inbox.Count > 0 || current.Reason == ReasonCodes.Stopping) return null;
            var children = view.LiveChildrenOf(current.Id);
            outcome = children.Count == 0 ? TurnEnd.Completed : TurnEnd.Parked;
            return children.Count == 0 ? complete(current) : park(children);
        });
        if (!result.Applied && (result.Task is not { } task || !IsOwned(task))) throw new OwnershipLostException(claimed.Id, claimed.RunId!, claimed.Fence, result.Task);
        if (outcome != TurnEnd.Completed) Task = result.Task!;
        return outcome;
    }

    /// <summary>What stands in the task's inbox, as far as it is committed.</summary>
    public async ValueTask<IReadOnlyList<QueuedMessage>> InboxAsync() => await reader.FindAsync(claimed.Id) is { } task && IsOwned(task) ? task.Inbox : [];

    /// <summary>A token for the run's next step: fires when the run has to end, and when a message interrupts the step.</summary>
    public async ValueTask<CancellationToken> BeginStepAsync(LiveRun run, CancellationToken ending)
    {
        var token = run.BeginStep(ending);

        // A message that came just before rang when there was no step to interrupt.
        if ((await InboxAsync()).Any(message => message.Mode == MessageMode.Interrupt)) run.Wake(interrupts: true);
        return token;
    }

    /// <summary>Streams a piece of text to whoever watches, and has it checkpointed.</summary>
    public void Append(ChatEntry entry, string piece)
    {
        openTexts.Append(entry, piece);
        feed.Append(claimed.Id, entry.MessageId, entry.Role, piece);
    }

    /// <summary>Says that the final text of a message is on disk.</summary>
    public void Close(ChatEntry entry) => openTexts.Close(entry.MessageId);

    private bool IsOwned(AgentTask current) => current.Fence == claimed.Fence && current.Status is AgentTaskStatus.Running or AgentTaskStatus.Waiting;

    /// <summary>A run that was told to stop may still report what its last step did, but not that it is answering again.</summary>
    private static TaskChange KeepStopping(AgentTask current, TaskChange change) =>
        current.Reason == ReasonCodes.Stopping && change.Transition is { To: AgentTaskStatus.Running or AgentTaskStatus.Waiting }
            ? change with { Transition = null }
            : change;
}

/// <summary>What the end of a turn is for the run.</summary>
internal enum TurnEnd
{
    /// <summary>There is more to do: a message came, or a stop.</summary>
    GoesOn,

    /// <summary>Children are at work; the run waits for them.</summary>
    Parked,

    /// <summary>The run has ended.</summary>
    Completed,
}

/// <summary>A run tried to write after its task was claimed by another one, ended or deleted. The write was refused.</summary>
internal sealed class OwnershipLostException(string taskId, string runId, long fence, AgentTask? now)
    : Exception($"{runId} (fence {fence}) no longer owns {taskId}: {(now is null ? "the task is gone" : $"it is {now.Status.ToWire()}, fence {now.Fence}, run {now.RunId}")}. The write was refused.");
