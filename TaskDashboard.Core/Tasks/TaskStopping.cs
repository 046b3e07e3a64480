using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>Cancels and deletes.</summary>
internal sealed class TaskStopping(Store store, LiveRunTable runs, TimeProvider time, ILogger<TaskStopping> logger)
{
    /// <summary>How long a cancel waits for the run's end before it answers that it is still stopping.</summary>
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long a delete waits for the run's end; longer than a run waits for tools that ignore their cancellation.</summary>
    private static readonly TimeSpan DeleteAfter = TimeSpan.FromSeconds(15);

    public async Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        var targets = scope == CancelScope.Tree ? await store.Reader.ListTreeAsync(taskId, cancellationToken) : [task];
        var signalled = 0;
        foreach (var target in targets)
        {
            if (await StopAsync(target.Id, $"Cancelled by {by}.")) signalled++;
        }

        if (signalled == 0 && (await FindAsync(taskId, cancellationToken)).Status is var status && status.IsTerminal())
        {
            throw RefusedException.Conflict("task_terminal", $"The task is {status.ToWire()} already; there is nothing to cancel.");
        }

        await WaitForEndAsync(taskId, AnswerAfter, cancellationToken);
        return new CancelReceipt(signalled, (await FindAsync(taskId, cancellationToken)).Status);
    }

    public async Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        using var hold = store.Feed.HoldForDeletion(taskId);
        if (!task.Status.IsTerminal())
        {
            await StopAsync(taskId, $"Deleted by {by}.");
            await WaitForEndAsync(taskId, DeleteAfter, cancellationToken);
        }

        var result = await store.Log.DeleteAsync(taskId);
        if (result.Outcome == ChangeOutcome.NotFound) throw RefusedException.NotFound("task", taskId);
        if (!result.Applied) throw RefusedException.Conflict("task_live", "The task has not come to its end yet. Nothing was deleted; try again in a moment.");
        RemoveWorkDir(task);
    }

    /// <summary>False when it had ended, or was being stopped already.</summary>
    private async Task<bool> StopAsync(string taskId, string text)
    {
        // The run first: once this verb has answered, no model or tool call may start.
        var run = runs.Find(taskId);
        run?.RequestStop(new RunStop(RunStopKind.Cancel, text));
        var result = await store.Log.ChangeAsync(taskId, current =>
        {
            if (current.Status.IsTerminal() || current.Reason == ReasonCodes.Stopping) return null;
            if (current.Status == AgentTaskStatus.Pending) return new TaskChange { Transition = new TaskTransition(AgentTaskStatus.Cancelled, null, text) };

            // Waiting for a person with no run behind it: nobody else would end it.
            return runs.Find(taskId) is null
                ? RunChanges.End(current, new RunEnd(RunOutcome.Cancelled, current.NextCause, null, text), [], [], TaskUsage.None, TaskUsage.None)
                : new TaskChange { Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Stopping, "Stopping: a cancel was accepted.") };
        });
        if (result.Applied && runs.Find(taskId) is { } late && late != run) late.RequestStop(new RunStop(RunStopKind.Cancel, text));
        return result.Applied || (run is not null && result.Task is { Status: AgentTaskStatus.Cancelled });
    }

    private async Task WaitForEndAsync(string taskId, TimeSpan bound, CancellationToken cancellationToken)
    {
        if (runs.Find(taskId) is not { } run) return;
        try
        {
            await run.Settled.WaitAsync(bound, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            logger.LogInformation("{TaskId} is still stopping {Seconds} s after its cancel.", taskId, bound.TotalSeconds);
        }
    }

    private void RemoveWorkDir(AgentTask task)
    {
        if (task.WorkDir != store.Directory.WorkDirOf(task.Id) || !Directory.Exists(task.WorkDir)) return;
        try
        {
            Directory.Delete(task.WorkDir, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "The work dir of the deleted {TaskId} could not be removed.", task.Id);
        }
    }

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
}
