using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>Does with one task what a job says, in the name of whoever ordered it.</summary>
internal sealed class BulkActions(
    TaskService inner, Store store, AttachmentStore attachments, ChatAccess access, DataFolders folders, PersonLimits limits, AuditLog audit, ILogger<BulkActions> logger)
{
    public async Task CarryOutAsync(BulkWork work, string taskId)
    {
        // Known without asking: it has ended, and so has all that is below it.
        if (work is { Job.Action: BulkAction.Cancel, Reached: { } reached } && !reached.Contains(taskId) && store.Live.Find(taskId) is null)
        {
            work.NoteUnchanged();
            return;
        }

        var caller = new LastingCaller(work.Caller);
        var tasks = new CallerTaskService(inner, store, attachments, caller, access, folders, limits, audit);
        try
        {
            await DoAsync(tasks, work.Job.Action, taskId, caller.Caller.Name);
            work.NoteDone();
        }
        catch (RefusedException refusal) when (refusal.Code == "draining")
        {
            // The server takes no new runs any more: it is stopping, and so is the job. What is left is left alone.
            work.Stop(interrupted: true);
        }
        catch (RefusedException refusal)
        {
            if (await IsNothingToDoAsync(work, taskId, refusal)) work.NoteUnchanged();
            else work.NoteFailure(new BulkFailure(taskId, await TitleAsync(taskId, caller.Caller), refusal.Code, refusal.Message));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogError(exception, "{JobId} could not {Action} {TaskId}.", work.Job.Id, work.Job.Action, taskId);
            work.NoteFailure(new BulkFailure(taskId, await TitleAsync(taskId, caller.Caller), "error", exception.Message));
        }
    }

    private static Task DoAsync(CallerTaskService tasks, BulkAction action, string taskId, string by) => action switch
    {
        BulkAction.Cancel => tasks.CancelAsync(taskId, CancelScope.Tree, by),
        BulkAction.Retry => tasks.RetryAsync(taskId),
        BulkAction.Delete => tasks.DeleteAsync(taskId, by),
        _ => throw new InvalidOperationException($"There is no action {action}."),
    };

    /// <summary>It ended by itself or with its parent; or it was there when the job was ordered, and somebody has deleted it since.</summary>
    private async ValueTask<bool> IsNothingToDoAsync(BulkWork work, string taskId, RefusedException refusal) =>
        refusal.Code == "task_terminal" || (refusal.Kind == RefusalKind.NotFound && work.Reached is not null && await FindAsync(taskId) is (true, null));

    private async ValueTask<string?> TitleAsync(string taskId, Caller caller) => await FindAsync(taskId) is (_, { } task) && access.MaySee(caller, task.Audience) ? task.Title : null;

    /// <summary>What went wrong with one task must not break off the job, so what is read only to tell of it may fail as well.</summary>
    private async ValueTask<(bool IsKnown, AgentTask? Task)> FindAsync(string taskId)
    {
        try
        {
            return (true, await store.Reader.FindAsync(taskId));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogWarning(exception, "{TaskId} could not be read, to tell what a bulk job could not do with it.", taskId);
            return (false, null);
        }
    }

    private sealed class LastingCaller(Func<Caller> caller) : ICallerSource
    {
        public Caller Caller => caller();
    }
}
