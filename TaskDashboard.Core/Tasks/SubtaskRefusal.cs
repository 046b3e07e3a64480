namespace TaskDashboard.Core.Tasks;

/// <summary>Why a task cannot reach another one; a code of its own for each cause, so that an agent can do something about it.</summary>
internal static class SubtaskRefusal
{
    public static RefusedException NotFound(string target) =>
        RefusedException.Conflict("task_not_found", $"task_not_found: there is no {target}. list_tasks shows your tasks.");

    public static RefusedException NotOwner(string target) =>
        RefusedException.Conflict("not_owner", $"not_owner: {target} is not a direct child of yours, so it is not yours to reach.");

    public static RefusedException Terminated(AgentTask task) =>
        RefusedException.Conflict("task_terminated", $"task_terminated: {task.Name ?? task.Id} is {task.Status.ToWire()}.");

    /// <summary>Null when the task takes a word of another one.</summary>
    public static RefusedException? ForMessage(AgentTask task)
    {
        if (task.Status.IsTerminal()) return Terminated(task);
        if (!task.AcceptsMessages) return RefusedException.Conflict("no_inbox", $"no_inbox: {task.Name ?? task.Id} was started without an inbox.");
        return task.Reason == ReasonCodes.Stopping || Inbox.IsFull(task)
            ? RefusedException.Conflict("inbox_closed", $"inbox_closed: {task.Name ?? task.Id} {(Inbox.IsFull(task) ? "has more to read than it can take" : "is being stopped and reads nothing more")}.")
            : null;
    }
}
