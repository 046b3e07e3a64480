using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Acts on what is committed, whoever committed it: a task that waits for a slot is in the queue, one with a due time has its timer, and a run
/// hears of what is in its inbox. So nothing of this depends on a caller that remembers to do it, or lives long enough.
/// </summary>
internal sealed class CommittedTasks(RunSlots slots, DueTimes dueTimes, LiveRunTable runs) : ICommitListener
{
    /// <summary>Called with a task that waits and has something in its inbox, while no run of this process is there to read it.</summary>
    public Action<AgentTask>? Unattended { get; set; }

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        Queue(before, after);
        Schedule(before, after);
        Deliver(after, events);
        if (after is null || after.Inbox.Count == 0 || ReferenceEquals(before?.Inbox, after.Inbox)) return;
        var (isNew, interrupts) = Compare(before?.Inbox ?? [], after.Inbox);
        if (!isNew && !interrupts) return;
        if (runs.Find(after.Id) is { } run) run.Wake(interrupts);
        else if (after.Status == AgentTaskStatus.Waiting) Unattended?.Invoke(after);
    }

    /// <summary>Takes in what a start finds.</summary>
    public void Load(AgentTask task) => Committed(null, task with { Inbox = [] }, []);

    /// <summary>Is there a message that was not there or is to be read in another way, and one that is to interrupt and was not so before?</summary>
    private static (bool IsNew, bool Interrupts) Compare(IReadOnlyList<QueuedMessage> before, IReadOnlyList<QueuedMessage> after)
    {
        var known = before.ToDictionary(message => message.MessageId, message => message.Mode, StringComparer.Ordinal);
        return (
            after.Any(message => !(known.TryGetValue(message.MessageId, out var mode) && mode == message.Mode)),
            after.Any(message => message.Mode == MessageMode.Interrupt && !(known.TryGetValue(message.MessageId, out var mode) && mode == MessageMode.Interrupt)));
    }

    private void Queue(AgentTask? before, AgentTask? after)
    {
        var wants = WantsSlot(after);
        var wanted = WantsSlot(before);
        if (wants && (!wanted || before!.Priority != after!.Priority)) slots.Enqueue(after!);
        else if (wanted && !wants) slots.Withdraw(before!.Id);
    }

    private void Schedule(AgentTask? before, AgentTask? after)
    {
        var at = DueAt(after);
        if (at == DueAt(before)) return;
        if (at is { } due) dueTimes.Set(after!.Id, due);
        else dueTimes.Forget((after ?? before)!.Id);
    }

    private void Deliver(AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (after is null || runs.Find(after.Id) is not { } run) return;
        foreach (var told in events)
        {
            if (told.Data is RequestResolvedData resolved) run.Requests.Deliver(resolved);
        }
    }

    private static bool WantsSlot(AgentTask? task) => task is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot };

    /// <summary>When something of the task happens by itself: a pending one may start, or one of its requests is over its time.</summary>
    private static DateTimeOffset? DueAt(AgentTask? task) => task switch
    {
        { Status: AgentTaskStatus.Pending, OpenRequests.Count: 0 } => task.DueAt,
        { OpenRequests.Count: > 0 } => Earlier(task.Status == AgentTaskStatus.Pending ? task.DueAt : null, task.OpenRequests.Min(request => request.ExpiresAt)),
        _ => null,
    };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
