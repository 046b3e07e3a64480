using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What one caller may read of the tasks: to them, everything else is not there.</summary>
internal sealed class CallerTaskReader(TaskReader inner, ICallerSource source, ChatAccess access) : ITaskReader
{
    public TaskCounts Counts => source.Caller is { SeesAll: false } caller ? inner.CountsOf(caller.UserId) : inner.Counts;

    public bool MayWrite(AgentTask task) => access.MayWrite(source.Caller, task.Audience);

    public bool MayRemove(AgentTask task) => MayWrite(task) && (source.Caller.SeesAll || task.PersonId == source.Caller.UserId);

    public async ValueTask<AgentTask?> FindAsync(string taskId, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(taskId, cancellationToken) is { } task && access.MaySee(source.Caller, task.Audience) ? task : null;

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken = default) =>
        inner.ListAsync(query with { VisibleTo = source.Caller.VisibleTo }, cancellationToken);

    public Task<TaskGroupList> ListGroupsAsync(TaskQuery query, TaskGrouping by, CancellationToken cancellationToken = default) =>
        inner.ListGroupsAsync(query with { VisibleTo = source.Caller.VisibleTo }, by, cancellationToken);

    public async Task<IReadOnlyList<TaskEvent>> ListEventsAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default) =>
        await FindAsync(taskId, cancellationToken) is null ? [] : await inner.ListEventsAsync(taskId, after, limit, cancellationToken);

    public async Task<IReadOnlyList<ChatEntry>> ListMessagesAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default) =>
        await FindAsync(taskId, cancellationToken) is null ? [] : await inner.ListMessagesAsync(taskId, after, limit, cancellationToken);

    public async Task<IReadOnlyList<Run>> ListRunsAsync(string taskId, int after, int limit, CancellationToken cancellationToken = default) =>
        await FindAsync(taskId, cancellationToken) is null ? [] : await inner.ListRunsAsync(taskId, after, limit, cancellationToken);

    public async Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default) =>
        await inner.FindRunAsync(runId, cancellationToken) is { } run && await FindAsync(run.TaskId, cancellationToken) is not null ? run : null;

    public async Task<IReadOnlyList<AgentTask>> ListTreeAsync(string taskId, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(taskId, cancellationToken) is null) return [];
        var tree = await inner.ListTreeAsync(taskId, cancellationToken);
        return source.Caller is { SeesAll: false } caller ? [.. tree.Where(task => access.MaySee(caller, task.Audience))] : tree;
    }
}
