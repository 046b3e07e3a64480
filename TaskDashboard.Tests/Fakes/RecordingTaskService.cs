using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Writes down what it is asked to do, and refuses when it is told to.</summary>
internal sealed class RecordingTaskService : ITaskService
{
    public List<CreateTask> Created { get; } = [];

    public List<(string TaskId, SendMessage Message)> Sent { get; } = [];

    public List<string> Cancelled { get; } = [];

    public List<string> Deleted { get; } = [];

    public List<string> Retried { get; } = [];

    public List<(string TaskId, UpdateTask Change)> Updated { get; } = [];

    public RefusedException? Refusal { get; set; }

    /// <summary>The live task that every order is a repeat of, unless it says that it may be.</summary>
    public AgentTask? Duplicate { get; set; }

    /// <summary>How many tasks a cancel reaches.</summary>
    public int Reach { get; set; } = 1;

    public Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        if (Duplicate is not null && !command.AllowDuplicates) return Task.FromResult(new CreatedTask(Duplicate, true, Duplicate: true));
        Created.Add(command);
        return Task.FromResult(new CreatedTask(ATask.With("task_new", AgentTaskStatus.Pending, title: command.Message), false));
    }

    public Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Cancelled.Add(taskId);
        return Task.FromResult(new CancelReceipt(Reach, AgentTaskStatus.Cancelled));
    }

    public Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Deleted.Add(taskId);
        return Task.CompletedTask;
    }

    /// <summary>What the store of a message waits for; null stores at once.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public async Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        if (Gate is not null) await Gate.Task;
        Sent.Add((taskId, message));
        return new MessageReceipt("msg_1", "stored");
    }

    public Task<AgentTask> UpdateAsync(string taskId, UpdateTask change, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Updated.Add((taskId, change));
        return Task.FromResult(ATask.With(taskId, title: change.Title ?? ""));
    }

    public Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Retried.Add(taskId);
        return Task.FromResult(ATask.With(taskId, AgentTaskStatus.Pending));
    }

    public List<string> Paused { get; } = [];

    public List<string> Resumed { get; } = [];

    public Task<AgentTask> PauseAsync(string taskId, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Paused.Add(taskId);
        return Task.FromResult(ATask.With(taskId));
    }

    public Task<AgentTask> ResumeAsync(string taskId, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Resumed.Add(taskId);
        return Task.FromResult(ATask.With(taskId));
    }

    public Task<int> CancelChatAsync(string chatId, string by, CancellationToken cancellationToken = default) => Task.FromResult(0);

    public Task<int> CancelDescendantsAsync(string runId, string by, CancellationToken cancellationToken = default) => Task.FromResult(0);

    /// <summary>What every task has in its inbox.</summary>
    public List<QueuedMessage> Queued { get; } = [];

    /// <summary>Messages that were taken back.</summary>
    public List<string> Removed { get; } = [];

    /// <summary>Changes of queued messages, in order.</summary>
    public List<(string MessageId, ChangeQueuedMessage Change)> Rearranged { get; } = [];

    public Task<IReadOnlyList<QueuedMessage>> ListQueuedAsync(string taskId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<QueuedMessage>>(Queued);

    public Task<IReadOnlyList<QueuedMessage>> ChangeQueuedAsync(
        string taskId, string messageId, ChangeQueuedMessage change, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Rearranged.Add((messageId, change));
        return Task.FromResult<IReadOnlyList<QueuedMessage>>(Queued);
    }

    public Task<IReadOnlyList<QueuedMessage>> RemoveQueuedAsync(string taskId, string messageId, CancellationToken cancellationToken = default)
    {
        ThrowIfRefused();
        Removed.Add(messageId);
        Queued.RemoveAll(message => message.MessageId == messageId);
        return Task.FromResult<IReadOnlyList<QueuedMessage>>(Queued);
    }

    private void ThrowIfRefused()
    {
        if (Refusal is not null) throw Refusal;
    }
}
