using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Core.Tasks;

/// <summary>The engine's verbs, each with whom it belongs to: <see cref="TaskCreation"/>, <see cref="TaskContinuation"/>, <see cref="TaskStopping"/>.</summary>
internal sealed class TaskService(
    ITaskLog log, IModelCatalog models, TaskDispatcher dispatcher, TaskCreation creation, TaskContinuation continuation, TaskStopping stopping) : ITaskService
{
    public Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken = default) => creation.CreateAsync(command, cancellationToken);

    public Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken = default) =>
        continuation.SendMessageAsync(taskId, message, cancellationToken);

    public Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken = default) => continuation.RetryAsync(taskId, cancellationToken);

    public Task<AgentTask> PauseAsync(string taskId, CancellationToken cancellationToken = default) => continuation.PauseAsync(taskId, cancellationToken);

    public Task<AgentTask> ResumeAsync(string taskId, CancellationToken cancellationToken = default) => continuation.ResumeAsync(taskId, cancellationToken);

    public async Task<AgentTask> UpdateAsync(string taskId, UpdateTask change, CancellationToken cancellationToken = default)
    {
        TaskValidation.Check(change);
        if (change.Model is { } model && !models.TryResolve(model, out _, out _, out var problem)) throw RefusedException.Validation("model", problem);
        var title = change.Title?.Trim();
        var result = await log.ChangeAsync(taskId, current => change.Metadata is not null && !TaskValidation.Fits(Merge(current.Metadata, change.Metadata)) ? null : new TaskChange
        {
            Log = title is not null && title != current.Title ? [new LogEntry(new TitleData(title))] : [],
            Edit = row => row with
            {
                Title = title ?? row.Title,
                Priority = change.Priority ?? row.Priority,
                Model = change.Model ?? row.Model,
                Metadata = change.Metadata is null ? row.Metadata : Merge(row.Metadata, change.Metadata),
            },
        });
        if (result.Outcome == ChangeOutcome.NotFound) throw RefusedException.NotFound("task", taskId);
        if (!result.Applied) throw RefusedException.Validation("metadata", "Together with what is there already, metadata would have more entries than a task may have.");
        if (result.Task is { Status: AgentTaskStatus.Pending } pending && change.Priority is not null) dispatcher.Enqueue(pending);
        return result.Task!;
    }

    public Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken = default) =>
        stopping.CancelAsync(taskId, scope, by, cancellationToken);

    public Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken = default) => stopping.DeleteAsync(taskId, by, cancellationToken);

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string?> change)
    {
        var merged = new Dictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var (key, value) in change)
        {
            if (value is null) merged.Remove(key);
            else merged[key] = value;
        }

        return merged;
    }
}
