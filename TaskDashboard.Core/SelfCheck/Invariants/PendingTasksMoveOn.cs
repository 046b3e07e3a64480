using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>Every pending task is in the queue, has a timer, or waits for tasks that have not ended.</summary>
internal sealed class PendingTasksMoveOn(Store store, RunSlots slots, DueTimes dueTimes, LiveRunTable runs, TaskDispatcher dispatcher) : IInvariant
{
    public string Key => "pending";

    public string Promise => "Every pending task is in the queue, has a due time, or waits for a task that has not ended.";

    public Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Finding>>(
        [.. store.Live.All.Where(task => task.Status == AgentTaskStatus.Pending).Select(Check).OfType<Finding>()]);

    private Finding? Check(AgentTask task)
    {
        var subject = $"{task.Id}/{task.Version}";
        return task.Reason switch
        {
            ReasonCodes.Slot when !slots.IsQueued(task.Id) && runs.Find(task.Id) is null =>
                new Finding($"{task.Id} waits for a slot and is not in the queue.", subject, _ => QueueAsync(task.Id)),
            ReasonCodes.Delayed or ReasonCodes.Retry when !dueTimes.Contains(task.Id) =>
                new Finding($"{task.Id} is due at {task.DueAt:HH:mm:ss} UTC and has no timer.", subject, _ => SetTimerAsync(task)),
            ReasonCodes.Dependency when !task.DependsOn.Any(edge => edge.State == DependencyState.Open && store.Reader.IsLive(edge.TaskId)) =>
                new Finding($"{task.Id} waits for tasks that have ended.", subject, _ => dispatcher.EvaluateDependenciesAsync(task.Id)),
            ReasonCodes.Slot or ReasonCodes.Delayed or ReasonCodes.Retry or ReasonCodes.Dependency => null,
            _ => new Finding($"{task.Id} is pending for no known reason ({task.Reason ?? "none"}).", subject, _ => dispatcher.EvaluateDependenciesAsync(task.Id)),
        };
    }

    private Task QueueAsync(string taskId)
    {
        if (store.Live.Find(taskId) is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot } task) slots.Enqueue(task);
        return Task.CompletedTask;
    }

    private Task SetTimerAsync(AgentTask task)
    {
        if (task.DueAt is not { } due) return dispatcher.EvaluateDependenciesAsync(task.Id);
        dueTimes.Set(task.Id, due);
        return Task.CompletedTask;
    }
}
