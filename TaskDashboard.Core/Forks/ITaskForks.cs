using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Forks;

/// <summary>
/// New tasks out of old ones. The old one stays as it is, whatever it is doing; the new one is whole by itself and stays when the old one goes. Each verb completes
/// when the new task is on disk, all of it in one commit; a refusal is a <see cref="RefusedException"/> and leaves nothing. Safe for threads.
/// </summary>
public interface ITaskForks
{
    /// <summary>Gives the order of a task again: its first message with its files, settings and folders, to the same agent or another one.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>validation</c>, and what a new task may be refused for.</exception>
    Task<CreatedTask> RerunAsync(RerunTask command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins a chat with what was said in a task up to a message, and goes on there with another text. Nothing of what is copied is done again, and nothing of it
    /// counts as used.
    /// </summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>validation</c>, <c>message_not_read</c>, <c>history_too_long</c>, <c>work_dir_too_large</c>, and what a new task may be refused for.</exception>
    Task<CreatedTask> ForkAsync(ForkTask command, CancellationToken cancellationToken = default);

    /// <summary>The tasks that were made out of a task, oldest first; of very many the newest 100.</summary>
    Task<IReadOnlyList<AgentTask>> ListAsync(string taskId, CancellationToken cancellationToken = default);
}

/// <summary>What is the same for everything that is made out of a task.</summary>
public abstract record TaskOffshoot
{
    /// <summary>The task that it is made out of.</summary>
    public required string TaskId { get; init; }

    /// <summary>Who gets it; null for that task's agent.</summary>
    public string? AgentId { get; init; }

    /// <summary><c>provider/model</c>; null for that task's, or where another agent gets it that agent's.</summary>
    public string? Model { get; init; }

    /// <summary>Repeats with the same key get the task that the first one made.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>For whom it is.</summary>
    public string UserId { get; init; } = KnownUsers.Local;

    /// <summary>The key that it is made with; null for a page.</summary>
    public string? KeyId { get; init; }
}

/// <summary>The order of a task, once more.</summary>
public sealed record RerunTask : TaskOffshoot;

/// <summary>What was said in a task up to a message, and on from there.</summary>
public sealed record ForkTask : TaskOffshoot
{
    /// <summary>A message of a person, in place of which <see cref="Text"/> is said; or one of the agent, behind which it is.</summary>
    public required string MessageId { get; init; }

    /// <summary>What is said there; up to 1 MiB. The files of a message that it takes the place of go along.</summary>
    public required string Text { get; init; }
}
