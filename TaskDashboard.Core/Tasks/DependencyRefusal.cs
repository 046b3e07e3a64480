namespace TaskDashboard.Core.Tasks;

/// <summary>Why a task may not start after others.</summary>
internal static class DependencyRefusal
{
    public static RefusedException Missing(string taskId) =>
        RefusedException.Validation("depends_on", $"There is no task {taskId}, so nothing can start after it.");

    public static RefusedException Cycle() => RefusedException.Unprocessable(
        "dependency_cycle", "depends_on", "The task would wait for itself: what it is to start after waits for it, directly or over other tasks.");
}
