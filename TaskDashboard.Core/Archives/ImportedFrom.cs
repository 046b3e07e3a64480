using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Where an imported task comes from. A task that has one is a picture: it never runs, and nothing of it changes any more.</summary>
/// <param name="ImportId">The import that brought it; its other tasks have the same.</param>
/// <param name="TaskId">Its id where it was made.</param>
/// <param name="Server">The machine that it was exported on.</param>
/// <param name="ExportedAt">When it was exported.</param>
/// <param name="At">When it was imported.</param>
public sealed record ImportedFrom(string ImportId, string TaskId, string Server, DateTimeOffset ExportedAt, DateTimeOffset At)
{
    /// <exception cref="RefusedException"><c>imported</c>, where the task is one.</exception>
    internal static void RefuseChange(AgentTask task)
    {
        if (Refusal(task) is { } refusal) throw refusal;
    }

    internal static RefusedException? Refusal(AgentTask task) => task.ImportedFrom is null
        ? null
        : RefusedException.Conflict("imported", "This task was imported and is for reading only: it cannot be continued, steered or changed here. You can export or delete it. Nothing was changed.");
}

/// <summary>What an import has stored.</summary>
/// <param name="ImportId">The import.</param>
/// <param name="Task">The task that was exported, as it is here.</param>
/// <param name="TaskCount">How many tasks, that one and those below it.</param>
/// <param name="EventCount">How many events their logs have.</param>
/// <param name="AttachmentCount">How many files came with them.</param>
/// <param name="ContentHash">What an export of the task says of its content, too.</param>
public sealed record ImportReceipt(string ImportId, AgentTask Task, int TaskCount, long EventCount, int AttachmentCount, string ContentHash);
