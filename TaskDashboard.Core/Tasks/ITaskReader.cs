using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Everything that pages and endpoints read. Answers show what is committed, nothing else; safe for threads; never waits for the writer.
/// </summary>
public interface ITaskReader
{
    /// <summary>One task with its open requests, or null.</summary>
    ValueTask<AgentTask?> FindAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>One page of the list, without open requests.</summary>
    /// <exception cref="RefusedException">The cursor is not one of this query's, or the limit is out of range.</exception>
    Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken = default);

    /// <summary>Into which groups the tasks of a query fall, and how many each has. The query's order, limit and cursor do not count.</summary>
    Task<TaskGroupList> ListGroupsAsync(TaskQuery query, TaskGrouping by, CancellationToken cancellationToken = default);

    /// <summary>Whether whoever reads may also steer the task: write to it, answer it, stop it, remove it. What they do is looked at again when they do it.</summary>
    bool MayWrite(AgentTask task) => true;

    /// <summary>Whether whoever reads may also delete the task: it is theirs.</summary>
    bool MayRemove(AgentTask task) => MayWrite(task);

    /// <summary>How many tasks stand where, from memory.</summary>
    TaskCounts Counts { get; }

    /// <summary>Durable events of a task with a sequence number above <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<TaskEvent>> ListEventsAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default);

    /// <summary>The task's transcript entries with a sequence number above <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<ChatEntry>> ListMessagesAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default);

    /// <summary>The task's runs with an attempt number above <paramref name="after"/>, in order, without steps.</summary>
    Task<IReadOnlyList<Run>> ListRunsAsync(string taskId, int after, int limit, CancellationToken cancellationToken = default);

    /// <summary>One run with its steps, or null.</summary>
    Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>The task and everything below it, parents before children; safe against cycles.</summary>
    Task<IReadOnlyList<AgentTask>> ListTreeAsync(string taskId, CancellationToken cancellationToken = default);
}
