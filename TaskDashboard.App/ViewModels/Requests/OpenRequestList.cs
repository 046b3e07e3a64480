using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Requests;

/// <summary>The open questions and approvals of all tasks, live, for one circuit: read when a page asks, then kept by what the task list is told.</summary>
public sealed class OpenRequestList : IDisposable
{
    private readonly Lock gate = new();
    private readonly LiveTaskList tasks;
    private readonly ITaskReader reader;
    private readonly IRequestService requests;
    private readonly ILogger<OpenRequestList> logger;
    private readonly Dictionary<string, AgentTask> waiting = new(StringComparer.Ordinal);
    private bool loaded;

    public OpenRequestList(LiveTaskList tasks, ITaskReader reader, IRequestService requests, ILogger<OpenRequestList> logger)
    {
        this.tasks = tasks;
        this.reader = reader;
        this.requests = requests;
        this.logger = logger;
        tasks.Changed += TakeIn;
    }

    /// <summary>Raised on a pool thread after each change.</summary>
    public event Action? Changed;

    public bool IsLoaded
    {
        get { lock (gate) return loaded; }
    }

    /// <summary>Each open request with its task, the oldest first.</summary>
    public IReadOnlyList<(TaskRequest Request, AgentTask Task)> Open
    {
        get
        {
            lock (gate)
            {
                return [.. waiting.Values
                    .SelectMany(task => task.OpenRequests.Select(request => (Request: request, Task: task)))
                    .OrderBy(one => one.Request.CreatedAt).ThenBy(one => one.Request.RequestId, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Reads what is open. Changes that come in meanwhile are not lost: a task is always taken as it is now.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        var ids = (await requests.ListAsync(new RequestQuery(), cancellationToken)).Select(request => request.TaskId).Distinct().ToList();
        foreach (var id in ids) Put(id, await reader.FindAsync(id, cancellationToken));
        lock (gate)
        {
            loaded = true;
            foreach (var gone in waiting.Keys.Except(ids).ToList()) if (waiting[gone].OpenRequests.Count == 0) waiting.Remove(gone);
        }

        Changed?.Invoke();
    }

    private void TakeIn(LiveTaskBatch batch) => _ = TakeInAsync(batch);

    private async Task TakeInAsync(LiveTaskBatch batch)
    {
        try
        {
            if (batch.Resync)
            {
                lock (gate) waiting.Clear();
                await LoadAsync();
                return;
            }

            var moved = false;
            foreach (var change in batch.Changes.Where(IsOurs)) moved |= Put(change.TaskId, change.Deleted ? null : change.Task ?? await reader.FindAsync(change.TaskId));
            if (moved) Changed?.Invoke();
        }
#pragma warning disable CA1031 // Nobody awaits this task: what is not caught here would be lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogWarning(exception, "The list of open requests missed a change; it is right again after the next one.");
        }
    }

    /// <summary>Most tasks have never asked anything: they are not looked at.</summary>
    private bool IsOurs(LiveTaskChange change)
    {
        lock (gate) return change.Task is { OpenRequests.Count: > 0 } || waiting.ContainsKey(change.TaskId) || (change.Task is null && !change.Deleted);
    }

    /// <summary>True when the list is another one after it.</summary>
    private bool Put(string taskId, AgentTask? task)
    {
        lock (gate)
        {
            if (task is { OpenRequests.Count: > 0 })
            {
                // Reads may overtake each other; a task never goes back.
                if (waiting.TryGetValue(taskId, out var known) && known.Version >= task.Version) return false;
                waiting[taskId] = task;
                return true;
            }

            return waiting.Remove(taskId);
        }
    }

    public void Dispose() => tasks.Changed -= TakeIn;
}
