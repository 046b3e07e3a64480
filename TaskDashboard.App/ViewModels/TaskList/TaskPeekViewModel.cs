using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>One task, looked into beside the list: as it stands, with what was said last. Used on the page's own thread.</summary>
public sealed class TaskPeekViewModel(ITaskReader reader)
{
    /// <summary>How far the last message is looked for before the end of the log; tasks with many steps say little for long.</summary>
    private static readonly int[] Windows = [200, 2_000];

    private string? taskId;

    /// <summary>Null while it is read, and when it is not there.</summary>
    public AgentTask? Task { get; private set; }

    /// <summary>What the person or the agent said last; null where nobody has.</summary>
    public ChatEntry? LastMessage { get; private set; }

    /// <summary>It was read, and there is no such task, or no longer.</summary>
    public bool IsGone { get; private set; }

    public bool MayWrite => Task is not null && reader.MayWrite(Task);

    /// <summary>Shows a task. Of two that are asked for, the later one stays.</summary>
    public async Task ShowAsync(string id, CancellationToken cancellationToken)
    {
        if (id != taskId) (taskId, Task, LastMessage, IsGone) = (id, null, null, false);
        var task = await reader.FindAsync(id, cancellationToken);
        var message = task is null ? null : await FindLastMessageAsync(task, cancellationToken);
        if (id != taskId) return;
        (Task, LastMessage, IsGone) = (task, message, task is null);
    }

    /// <summary>Takes in what happened to tasks; true when this one is another now.</summary>
    public async Task<bool> ApplyAsync(LiveTaskBatch batch, CancellationToken cancellationToken)
    {
        if (taskId is not { } id || (!batch.Resync && batch.Changes.All(change => change.TaskId != id))) return false;
        await ShowAsync(id, cancellationToken);
        return true;
    }

    private async Task<ChatEntry?> FindLastMessageAsync(AgentTask task, CancellationToken cancellationToken)
    {
        foreach (var window in Windows)
        {
            var entries = await reader.ListMessagesAsync(task.Id, Math.Max(0, task.LastSeq - window), window, cancellationToken);
            if (entries.LastOrDefault(entry => entry.Role is EntryRole.User or EntryRole.Assistant && !string.IsNullOrWhiteSpace(entry.Text)) is { } found) return found;
            if (task.LastSeq <= window) break;
        }

        return null;
    }
}
