namespace TaskDashboard.Core.Tasks;

/// <summary>
/// The engine's few verbs. Each completes when what it promises is on disk; a refusal changes nothing and is a <see cref="RefusedException"/>.
/// Cancelling the token abandons the wait, not what was already handed to the store. Safe for threads.
/// </summary>
public interface ITaskService
{
    /// <summary>Stores a new task as <c>pending</c> and wakes the dispatcher.</summary>
    Task<CreatedTask> CreateAsync(CreateTask command, CancellationToken cancellationToken = default);

    /// <summary>Stops it. Pending tasks end at once; of a running one the cancel is accepted, and no model or tool call starts after that.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="scope">How far the cancel reaches.</param>
    /// <param name="by">Who asked, for the reason that people read; such as "you".</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="RefusedException"><c>task_terminal</c> when it has ended; <c>not_found</c>.</exception>
    Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken = default);

    /// <summary>Cancels every live task of a chat, and what is below them. Answers with how many were signalled; 0 is no refusal.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task<int> CancelChatAsync(string chatId, string by, CancellationToken cancellationToken = default);

    /// <summary>Cancels every live task that a run has started, and what is below them, but not the run itself. Answers with how many were signalled.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task<int> CancelDescendantsAsync(string runId, string by, CancellationToken cancellationToken = default);

    /// <summary>The messages that wait to be read, in the order in which they will be.</summary>
    Task<IReadOnlyList<QueuedMessage>> ListQueuedAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Changes words, place or mode of a message that is not read yet. Answers with the inbox after it.</summary>
    /// <exception cref="RefusedException"><c>message_read</c>, <c>message_fixed</c>, <c>not_found</c>.</exception>
    Task<IReadOnlyList<QueuedMessage>> ChangeQueuedAsync(string taskId, string messageId, ChangeQueuedMessage change, CancellationToken cancellationToken = default);

    /// <summary>Takes back a message that is not read yet. Answers with the inbox after it.</summary>
    /// <exception cref="RefusedException"><c>message_read</c>, <c>message_fixed</c>, <c>not_found</c>.</exception>
    Task<IReadOnlyList<QueuedMessage>> RemoveQueuedAsync(string taskId, string messageId, CancellationToken cancellationToken = default);

    /// <summary>Cancels it first if it is live, then removes it with everything that belongs to it. Its streams get <c>deleted</c> and end.</summary>
    Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken = default);

    /// <summary>Stores a message for it. A terminal task is continued in a new run; a live one takes it in as the mode says.</summary>
    Task<MessageReceipt> SendMessageAsync(string taskId, SendMessage message, CancellationToken cancellationToken = default);

    /// <summary>Changes title, metadata, priority or the model of the next run.</summary>
    Task<AgentTask> UpdateAsync(string taskId, UpdateTask change, CancellationToken cancellationToken = default);

    /// <summary>Runs a failed or cancelled task again, in a new run of the same session.</summary>
    /// <exception cref="RefusedException"><c>not_retryable</c> when it is live or completed.</exception>
    Task<AgentTask> RetryAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Lets a running task finish its present step and then wait (<c>waiting</c>/<c>paused</c>).</summary>
    /// <exception cref="RefusedException"><c>not_pausable</c> when it is not running.</exception>
    Task<AgentTask> PauseAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused task go on.</summary>
    /// <exception cref="RefusedException"><c>not_paused</c>.</exception>
    Task<AgentTask> ResumeAsync(string taskId, CancellationToken cancellationToken = default);
}
