namespace TaskDashboard.Core.Tasks;

/// <summary>Why a task's inbox takes nothing; one code for each cause, so that whoever asked can act on it.</summary>
internal static class InboxRefusal
{
    /// <summary>Null when a live task takes a message.</summary>
    public static RefusedException? For(AgentTask task)
    {
        if (!task.AcceptsMessages) return RefusedException.Conflict("no_inbox", $"“{task.Title}” was started without an inbox: nobody may speak to it while it works.");
        if (task.Reason == ReasonCodes.Stopping) return RefusedException.Conflict("inbox_closed", $"“{task.Title}” is being stopped and reads nothing more. Nothing was stored; a message after its end continues it.");
        return Inbox.IsFull(task) ? Full(task) : null;
    }

    public static RefusedException Full(AgentTask task) => RefusedException.Conflict(
        "inbox_full", $"{task.Inbox.Count} messages wait to be read by “{task.Title}” already. Let it read some, or take some back.");
}
