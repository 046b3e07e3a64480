using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// Deletions of this circuit that can still be undone. Each is carried out when its time is over, or when the circuit goes: whoever deletes and
/// leaves has deleted. Safe for threads.
/// </summary>
public sealed class PendingDeletions(ITaskService tasks, TimeProvider time, ILogger<PendingDeletions> logger) : IAsyncDisposable
{
    public static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(8);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (AgentTask Task, ITimer Timer)> pending = [];

    /// <summary>A deletion began, was undone or was carried out. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>A task is not to be seen any more, wherever it was deleted. Raised on the thread that deletes.</summary>
    public event Action<AgentTask>? Begun;

    /// <summary>A task is to be seen again: its deletion was undone, or failed, and then the text says why. Raised on any thread.</summary>
    public event Action<AgentTask, string?>? Restored;

    /// <summary>Those that can be undone, oldest first.</summary>
    public IReadOnlyList<AgentTask> Items
    {
        get
        {
            lock (gate) return [.. pending.Values.Select(entry => entry.Task)];
        }
    }

    public void Delete(AgentTask task)
    {
        lock (gate)
        {
            if (pending.ContainsKey(task.Id)) return;
            pending[task.Id] = (task, time.CreateTimer(_ => _ = CarryOutAsync(task.Id), null, UndoTime, Timeout.InfiniteTimeSpan));
        }

        Begun?.Invoke(task);
        Changed?.Invoke();
    }

    /// <summary>False when it is too late.</summary>
    public bool Undo(string taskId)
    {
        if (Take(taskId) is not { } task) return false;
        Restored?.Invoke(task, null);
        Changed?.Invoke();
        return true;
    }

    private AgentTask? Take(string taskId)
    {
        lock (gate)
        {
            if (!pending.Remove(taskId, out var entry)) return null;
            entry.Timer.Dispose();
            return entry.Task;
        }
    }

    private async Task CarryOutAsync(string taskId)
    {
        if (Take(taskId) is not { } task) return;

        try
        {
            await tasks.DeleteAsync(task.Id, "you");
        }
        catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            logger.LogDebug(refusal, "Somebody else had deleted {TaskId} already.", task.Id);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogWarning(exception, "{TaskId} could not be deleted.", task.Id);
            Restored?.Invoke(task, exception.Message);
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        Begun = null;
        Changed = null;
        Restored = null;
        foreach (var task in Items) await CarryOutAsync(task.Id);
    }
}
