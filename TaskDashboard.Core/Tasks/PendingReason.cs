using System.Globalization;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Why a task that is to run does not run yet: what it depends on, the time of its next attempt, the time it was delayed to, or a slot, in
/// this order.
/// </summary>
internal static class PendingReason
{
    /// <summary>Where the place in the queue is not known, or does not matter any more; readers fill it in.</summary>
    public const string SlotText = "It waits for a slot.";

    private const int MostNamed = 3;

    /// <param name="task">A task that is pending, or about to be.</param>
    /// <param name="view">Shows the tasks that it depends on.</param>
    public static TaskTransition Of(AgentTask task, ITaskView view)
    {
        if (task.DependsOn.FirstOrDefault(edge => edge is { State: DependencyState.Failed, OnFailure: DependencyFailure.Fail }) is { } broken)
        {
            return new TaskTransition(AgentTaskStatus.Failed, ReasonCodes.Dependency, $"It depends on {NameOf(broken.TaskId, view)}, which {EndOf(broken.TaskId, view)}.");
        }

        var open = task.DependsOn.Where(edge => edge.State == DependencyState.Open).Select(edge => NameOf(edge.TaskId, view)).ToList();
        if (open.Count > 0) return new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Dependency, $"It starts after {Join(open)}.");
        if (task is { Reason: ReasonCodes.Retry, DueAt: { } due } && due > view.Now)
        {
            return new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Retry, task.ReasonText, due);
        }

        if (task.DelayUntil is { } start && start > view.Now)
        {
            return new TaskTransition(
                AgentTaskStatus.Pending, ReasonCodes.Delayed,
                string.Create(CultureInfo.InvariantCulture, $"It was asked to start at {start.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC."), start);
        }

        return new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Slot, SlotText);
    }

    private static string Join(List<string> names) => names.Count <= MostNamed
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more tasks";

    private static string NameOf(string taskId, ITaskView view) => view.Find(taskId) is { } task ? $"“{task.Title}”" : "a deleted task";

    private static string EndOf(string taskId, ITaskView view) => view.Find(taskId) switch
    {
        null => "was deleted before it was done",
        { Status: AgentTaskStatus.Cancelled } => "was cancelled",
        _ => "failed",
    };
}
