namespace TaskDashboard.Core.Tasks;

/// <summary>Names of live tasks: one holds in a chat, and among the children of one parent.</summary>
internal static class TaskName
{
    /// <summary>Whether a live task has it, by which another one could not be told from it.</summary>
    public static bool IsTaken(string name, string chatId, string? parentTaskId, ITaskView view) =>
        view.HasLiveName(chatId, name) || (parentTaskId is not null && view.LiveChildrenOf(parentTaskId).Any(sibling => sibling.Name == name));
}
