using TaskDashboard.Core.People;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.Core.Access;

/// <summary>Whoever sees a task sees where its runs' time went; of a tree only the tasks that they see.</summary>
internal sealed class CallerTimelines(TimelineReader inner, CallerTaskReader tasks, ICallerSource source, ChatAccess access) : ITimelineReader
{
    public async Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(runId, cancellationToken) is { } record && access.MaySee(source.Caller, record.Task.Audience) ? record : null;

    public async Task<IReadOnlyList<RunStep>> ListStepsAsync(string runId, int after, CancellationToken cancellationToken = default) =>
        await tasks.FindRunAsync(runId, cancellationToken) is null ? [] : await inner.ListStepsAsync(runId, after, cancellationToken);

    public async Task<RunCall?> FindCallAsync(string runId, string callId, CancellationToken cancellationToken = default) =>
        await tasks.FindRunAsync(runId, cancellationToken) is null ? null : await inner.FindCallAsync(runId, callId, cancellationToken);

    public async Task<RunTimeline?> FindTreeAsync(string runId, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        return await inner.FindTreeAsync(runId, task => access.MaySee(caller, task.Audience), cancellationToken);
    }
}
