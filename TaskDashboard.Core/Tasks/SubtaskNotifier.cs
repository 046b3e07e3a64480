using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Tasks;

/// <summary>Tells a live parent's log of every status that its children reach, after the child's change is committed.</summary>
internal sealed class SubtaskNotifier(ILogger<SubtaskNotifier> logger) : ICommitListener
{
    private ITaskLog? log;

    /// <summary>Says where to write; before the first commit.</summary>
    public void Attach(ITaskLog taskLog) => log = taskLog;

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (after?.ParentTaskId is not { } parentId || before?.Status == after.Status || log is null) return;
        var told = new SubtaskData(after.Status) { TaskId = after.Id };
        _ = log.ChangeAsync(parentId, parent => parent.Status.IsTerminal() ? null : new TaskChange { Log = [new LogEntry(told)] })
            .ContinueWith(
                failed => logger.LogError(failed.Exception, "{ParentId} could not be told of {TaskId}.", parentId, after.Id),
                CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
