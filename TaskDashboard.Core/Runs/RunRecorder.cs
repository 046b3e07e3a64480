using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Writes what one run finds out, as long as the run owns its task: every write carries the fencing token of the claim, and one that comes
/// after another owner's claim is refused. Also the way by which streaming text reaches viewers.
/// </summary>
internal sealed class RunRecorder
{
    private readonly AgentTask claimed;
    private readonly ITaskLog log;
    private readonly TaskFeed feed;
    private readonly OpenTextTable openTexts;

    public RunRecorder(AgentTask claimed, ITaskLog log, TaskFeed feed, OpenTextTable openTexts)
    {
        this.claimed = Task = claimed;
        this.log = log;
        this.feed = feed;
        this.openTexts = openTexts;
    }

    /// <summary>The task as this run's last write left it.</summary>
    public AgentTask Task { get; private set; }

    /// <summary>Commits a change.</summary>
    /// <exception cref="OwnershipLostException">The task has another owner, or is gone; nothing was written.</exception>
    public async Task RecordAsync(TaskChange change)
    {
        var result = await log.ChangeAsync(claimed.Id, current => IsOwned(current) ? KeepStopping(current, change) : null);
        if (!result.Applied) throw new OwnershipLostException(claimed.Id);
        Task = result.Task!;
    }

    /// <summary>Says that the run goes on after a pause, unless whoever resumed it has said so already.</summary>
    public async Task LeavePauseAsync()
    {
        var result = await log.ChangeAsync(claimed.Id, current =>
            IsOwned(current) && current.Reason == ReasonCodes.Paused ? new TaskChange { Transition = RunChanges.Answering } : null);
        if (result.Task is { } task) Task = task;
    }

    /// <summary>Ends the run, unless a message has come in that it has not read, or a cancel was accepted.</summary>
    /// <returns>False when there is one of these; nothing was written.</returns>
    public async Task<bool> TryCompleteAsync(Func<AgentTask, TaskChange> end)
    {
        var result = await log.ChangeAsync(claimed.Id, current =>
            IsOwned(current) && current.UnreadMessages == 0 && current.Reason != ReasonCodes.Stopping ? end(current) : null);
        if (!result.Applied && (result.Task is not { } task || !IsOwned(task))) throw new OwnershipLostException(claimed.Id);
        return result.Applied;
    }

    /// <summary>Streams a piece of text to whoever watches, and has it checkpointed.</summary>
    public void Append(ChatEntry entry, string piece)
    {
        openTexts.Append(entry, piece);
        feed.Append(claimed.Id, entry.MessageId, entry.Role, piece);
    }

    /// <summary>Says that the final text of a message is on disk.</summary>
    public void Close(ChatEntry entry) => openTexts.Close(entry.MessageId);

    private bool IsOwned(AgentTask current) => current.Fence == claimed.Fence && !current.Status.IsTerminal();

    /// <summary>A run that was told to stop may still report what its last step did, but not that it is answering again.</summary>
    private static TaskChange KeepStopping(AgentTask current, TaskChange change) =>
        current.Reason == ReasonCodes.Stopping && change.Transition is { To: AgentTaskStatus.Running or AgentTaskStatus.Waiting }
            ? change with { Transition = null }
            : change;
}

/// <summary>A run tried to write after its task was claimed by another one, ended or deleted. The write was refused.</summary>
internal sealed class OwnershipLostException(string taskId) : Exception($"The run no longer owns {taskId}.");
