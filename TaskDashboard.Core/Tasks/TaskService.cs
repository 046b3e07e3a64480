using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Core.Tasks;

/// <summary>The engine's verbs, each with whom it belongs to: <see cref="TaskCreation"/>, <see cref="TaskContinuation"/>, <see cref="TaskStopping"/>.</summary>
internal sealed class TaskService(
    ITaskLog log, IModelCatalog models, TaskCreation creation, TaskContinuation continuation, TaskStopping stopping,
    TaskInbox inbox) : ITaskService
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
        RefusedException? refusal = null;
        var result = await log.ForCaller.ChangeAsync(taskId, (current, view) => (refusal = Refuse(current, change, view)) is not null ? null : new TaskChange
        {
            Transition = change.DependsOn is { } edges ? PendingReason.Of(current with { DependsOn = TaskWaits.Evaluate(edges, view)! }, view) : null,
            Log = title is not null && title != current.Title ? [new LogEntry(new TitleData(title))] : [],
            Edit = row => row with
            {
                Title = title ?? row.Title,
                Priority = change.Priority ?? row.Priority,
                Model = change.Model ?? row.Model,
                Metadata = change.Metadata is null ? row.Metadata : Merge(row.Metadata, change.Metadata),
                DependsOn = change.DependsOn is { } edges ? TaskWaits.Evaluate(edges, view)! : row.DependsOn,
            },
        });
        if (result.Outcome == ChangeOutcome.NotFound) throw RefusedException.NotFound("task", taskId);
        if (refusal is not null) throw refusal;
        return result.Task!;
    }

    public Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken = default) =>
        stopping.CancelAsync(taskId, scope, by, cancellationToken);

    public Task<int> CancelChatAsync(string chatId, string by, CancellationToken cancellationToken = default) =>
        stopping.CancelChatAsync(chatId, by, cancellationToken);

    public Task<int> CancelDescendantsAsync(string runId, string by, CancellationToken cancellationToken = default) =>
        stopping.CancelDescendantsAsync(runId, by, cancellationToken);

    public Task<IReadOnlyList<QueuedMessage>> ListQueuedAsync(string taskId, CancellationToken cancellationToken = default) =>
        inbox.ListAsync(taskId, cancellationToken);

    public Task<IReadOnlyList<QueuedMessage>> ChangeQueuedAsync(
        string taskId, string messageId, ChangeQueuedMessage change, CancellationToken cancellationToken = default) =>
        inbox.ChangeAsync(taskId, messageId, change, cancellationToken);

    public Task<IReadOnlyList<QueuedMessage>> RemoveQueuedAsync(string taskId, string messageId, CancellationToken cancellationToken = default) =>
        inbox.RemoveAsync(taskId, messageId, cancellationToken);

    public Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken = default) => stopping.DeleteAsync(taskId, by, cancellationToken);

    private static RefusedException? Refuse(AgentTask current, UpdateTask change, ITaskView view)
    {
        if (ImportedFrom.Refusal(current) is { } imported) return imported;
        if (change.Metadata is not null && !TaskValidation.Fits(Merge(current.Metadata, change.Metadata)))
        {
            return RefusedException.Validation("metadata", "Together with what is there already, metadata would have more entries than a task may have.");
        }

        if (change.DependsOn is not { } edges) return null;
        if (current.Status != AgentTaskStatus.Pending)
        {
            return RefusedException.Conflict("task_started", $"Only a pending task can be made to start after others; this one is {current.Status.ToWire()}.");
        }

        if (edges.FirstOrDefault(edge => view.Find(edge.TaskId) is null) is { } missing) return DependencyRefusal.Missing(missing.TaskId);
        return TaskWaits.WouldClose(edges.Select(edge => edge.TaskId), current.Id, view) ? DependencyRefusal.Cycle() : null;
    }

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
