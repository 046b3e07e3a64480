using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>Every waiting task waits for something that can come.</summary>
internal sealed class WaitingTasksHaveAWayOut(Store store, TaskDispatcher dispatcher, LiveRunTable runs, TimeProvider time) : IInvariant
{
    /// <summary>How long a due time may have passed before the wait counts as stuck.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);

    public string Key => "waiting";

    public string Promise => "Every waiting task waits for something that can come: an answer, a child, a due time, a resume.";

    public Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        var waiting = store.Live.All.Where(task => task.Status == AgentTaskStatus.Waiting).ToList();
        var parents = store.Live.All.Where(task => task.ParentTaskId is not null).Select(task => task.ParentTaskId!).ToHashSet(StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<Finding>>([.. waiting.Select(task => Check(task, parents)).OfType<Finding>()]);
    }

    private Finding? Check(AgentTask task, HashSet<string> parents)
    {
        var subject = $"{task.Id}/{task.Version}";
        return task.Reason switch
        {
            ReasonCodes.Approval or ReasonCodes.Question when task.OpenRequests.Count == 0 =>
                new Finding($"{task.Id} waits for an answer to no request.", subject, _ => dispatcher.TakeUpAsync(task.Id)),
            ReasonCodes.Subtasks when task.Inbox.Count > 0 && runs.Find(task.Id) is null =>
                new Finding($"{task.Id} has news of its children and nobody reads them.", subject, _ => dispatcher.TakeUpAsync(task.Id)),
            ReasonCodes.Subtasks when task.Inbox.Count == 0 && !parents.Contains(task.Id) =>
                new Finding($"{task.Id} waits for children that have all ended.", subject, _ => dispatcher.TakeUpAsync(task.Id)),
            ReasonCodes.RateLimit when task.DueAt is null || task.DueAt + Overdue < time.GetUtcNow() =>
                new Finding($"{task.Id} waits for a rate limit that was to end at {task.DueAt:HH:mm:ss} UTC.", subject, null),
            ReasonCodes.Approval or ReasonCodes.Question or ReasonCodes.Subtasks or ReasonCodes.RateLimit or ReasonCodes.Paused or ReasonCodes.Budget => null,
            _ => new Finding($"{task.Id} waits for no known reason ({task.Reason ?? "none"}).", subject, null),
        };
    }
}
