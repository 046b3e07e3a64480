namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Who waits for whom: a task for those that it depends on, and for its live children, because an agent that ends its turn parks until they
/// have ended. A cycle in this would never move again, so none is let in.
/// </summary>
internal static class TaskWaits
{
    /// <summary>Would a task that starts after <paramref name="dependencies"/> wait for itself?</summary>
    /// <param name="dependencies">Ids of the tasks.</param>
    /// <param name="waiting">The task itself where it exists already; otherwise its parent, which waits for it. Null when there is neither.</param>
    /// <param name="view">The tasks as they are.</param>
    public static bool WouldClose(IEnumerable<string> dependencies, string? waiting, ITaskView view)
    {
        if (waiting is null) return false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>(dependencies);
        while (next.TryPop(out var taskId))
        {
            if (!seen.Add(taskId) || view.Find(taskId) is not { } task || task.Status.IsTerminal()) continue;
            if (taskId == waiting) return true;
            foreach (var edge in task.DependsOn.Where(edge => edge.State == DependencyState.Open)) next.Push(edge.TaskId);
            foreach (var child in view.LiveChildrenOf(taskId)) next.Push(child.Id);
        }

        return false;
    }

    /// <summary>The edges with the state that the other tasks give them now; null when one of them does not exist.</summary>
    public static IReadOnlyList<TaskDependency>? Evaluate(IReadOnlyList<TaskDependency> edges, ITaskView view)
    {
        var evaluated = new List<TaskDependency>(edges.Count);
        foreach (var edge in edges)
        {
            if (view.Find(edge.TaskId) is not { } other) return null;
            evaluated.Add(edge with { State = StateFor(other) });
        }

        return evaluated;
    }

    /// <summary>What an edge to a task is; a deleted one has failed its dependents.</summary>
    public static DependencyState StateFor(AgentTask? other) => other?.Status switch
    {
        AgentTaskStatus.Completed => DependencyState.Completed,
        null or AgentTaskStatus.Failed or AgentTaskStatus.Cancelled => DependencyState.Failed,
        _ => DependencyState.Open,
    };
}
