using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools.Commands;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Tasks;

/// <summary>Cancels and deletes.</summary>
internal sealed class TaskStopping(Store store, LiveRunTable runs, LeftWorkReader leftWork, ApprovalRuleStore rules, TaskWorktrees worktrees, CommandOutputs outputs, AttachmentStore attachments, WorkDirBaselines baselines, TimeProvider time, ILogger<TaskStopping> logger)
{
    /// <summary>How long a cancel waits for the run's end before it answers that it is still stopping.</summary>
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long a delete waits for the run's end; longer than a run waits for tools that ignore their cancellation.</summary>
    private static readonly TimeSpan DeleteAfter = TimeSpan.FromSeconds(15);

    public async Task<CancelReceipt> CancelAsync(string taskId, CancelScope scope, string by, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        var signalled = scope == CancelScope.Tree
            ? await StopTreeAsync(taskId, by, cancellationToken)
            : await StopAsync(task.Id, by) ? 1 : 0;
        if (signalled == 0 && (await FindAsync(taskId, cancellationToken)).Status is var status && status.IsTerminal())
        {
            throw RefusedException.Conflict("task_terminal", $"The task is {status.ToWire()} already; there is nothing to cancel.");
        }

        await WaitForEndAsync(taskId, AnswerAfter, cancellationToken);
        return new CancelReceipt(signalled, (await FindAsync(taskId, cancellationToken)).Status);
    }

    /// <summary>Cancels a task with everything below it while it is at this run: what was begun behind it goes on. Does not wait for its end.</summary>
    /// <returns>Whether it was stopped; false when it was before.</returns>
    public async Task<bool> CancelRunAsync(string taskId, string runId, string by, CancellationToken cancellationToken)
    {
        // Read before: what is below the task then was begun by this run or one before it.
        var below = (await store.Reader.ListTreeAsync(taskId, cancellationToken)).Where(task => task.ParentTaskId == taskId).ToList();
        if (!await StopAsync(taskId, by, runId)) return false;
        foreach (var child in below) await StopTreeAsync(child.Id, by, cancellationToken);
        await CancelDescendantsAsync(runId, by, cancellationToken);
        return true;
    }

    /// <summary>Stops every live task of a chat, and what is below them. Answers with how many were signalled.</summary>
    public async Task<int> CancelChatAsync(string chatId, string by, CancellationToken cancellationToken)
    {
        if (await store.Reader.FindChatAsync(chatId, cancellationToken) is null) throw RefusedException.NotFound("chat", chatId);
        return await StopAllAsync(() => Task.FromResult<IReadOnlyList<AgentTask>>([.. store.Live.All.Where(task => task.ChatId == chatId)]), by, cancellationToken);
    }

    /// <summary>Stops what a run has started, and what is below it, but not the run itself. Answers with how many were signalled.</summary>
    public async Task<int> CancelDescendantsAsync(string runId, string by, CancellationToken cancellationToken)
    {
        var run = await store.Reader.FindRunAsync(runId, cancellationToken) ?? throw RefusedException.NotFound("run", runId);
        return await StopAllAsync(
            async () => [.. (await store.Reader.ListTreeAsync(run.TaskId, cancellationToken)).Where(task => task.ParentTaskId == run.TaskId && task.ParentRunId == runId)],
            by, cancellationToken);
    }

    public async Task DeleteAsync(string taskId, string by, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        using var hold = store.Feed.HoldForDeletion(taskId);

        // What it has started goes down with it; its finished children stay, as tasks of their own.
        await StopTreeAsync(taskId, by, cancellationToken);
        if (!task.Status.IsTerminal()) await WaitForEndAsync(taskId, DeleteAfter, cancellationToken);

        // A message that comes from here on continues the task, which then is not deleted.
        var result = await RemoveAsync(task, null, cancellationToken);
        if (result.Outcome == ChangeOutcome.NotFound) throw RefusedException.NotFound("task", taskId);
        if (!result.Applied) throw RefusedException.Conflict("task_live", "The task has not come to its end yet. Nothing was deleted; try again in a moment.");
    }

    /// <summary>Deletes an ended task as a person does, but stops nothing: what is live, or has become so, stays.</summary>
    /// <param name="task">The task.</param>
    /// <param name="mayGo">Asked on the writer, in the transaction that removes it.</param>
    /// <param name="cancellationToken">Gives up before anything is removed.</param>
    /// <returns>Whether it was removed.</returns>
    public async Task<bool> PurgeAsync(AgentTask task, Func<AgentTask, ITaskView, bool> mayGo, CancellationToken cancellationToken)
    {
        using var hold = store.Feed.HoldForDeletion(task.Id);
        return (await RemoveAsync(task, mayGo, cancellationToken)).Applied;
    }

    /// <summary>Removes the rows, then what lies beside them on the disk; what a crash leaves of that, the next start sweeps away.</summary>
    private async Task<ChangeResult> RemoveAsync(AgentTask task, Func<AgentTask, ITaskView, bool>? mayGo, CancellationToken cancellationToken)
    {
        var files = await attachments.ListOfTaskAsync(task.Id, cancellationToken);
        var result = await store.Log.ForCaller.DeleteAsync(task.Id, mayGo);
        if (!result.Applied) return result;
        attachments.Forget(task.Id, files);
        await rules.ForgetTaskAsync(task.Id);
        await worktrees.RemoveAsync(task);
        RemoveWorkDir(task);
        return result;
    }

    private async Task<int> StopAllAsync(Func<Task<IReadOnlyList<AgentTask>>> find, string by, CancellationToken cancellationToken)
    {
        var signalled = 0;
        while (true)
        {
            var before = signalled;
            foreach (var task in await find()) signalled += await StopTreeAsync(task.Id, by, cancellationToken);
            if (signalled == before) return signalled;
        }
    }

    /// <summary>
    /// Stops a task and everything below it. A task that is marked as stopping can have no further children, so the tree is read again until a
    /// reading finds nothing that is not marked: whatever was spawned meanwhile is in it. Each task is stopped once: a run that begins behind the stopped
    /// one, for a firing that the trigger cancelled the one before for, is no part of what was to be stopped.
    /// </summary>
    private async Task<int> StopTreeAsync(string rootId, string by, CancellationToken cancellationToken)
    {
        var signalled = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var tree = await store.Reader.ListTreeAsync(rootId, cancellationToken);
            var live = tree.Where(task => !task.Status.IsTerminal() && task.Reason != ReasonCodes.Stopping && !signalled.Contains(task.Id)).Select(task => task.Id).ToList();
            var stopped = await Task.WhenAll(live.Select(taskId => StopAsync(taskId, by)));
            var count = signalled.Count;
            signalled.UnionWith(live.Zip(stopped).Where(asked => asked.Second).Select(asked => asked.First));
            if (signalled.Count == count) return count;
        }
    }

    /// <summary>False when it had ended, or was being stopped already.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="by">Who stops it.</param>
    /// <param name="onlyRun">Stops it at this run only; null at whatever it is.</param>
    private async Task<bool> StopAsync(string taskId, string by, string? onlyRun = null)
    {
        // The run first, so that nothing starts while the row is written. Only one that has its claim: behind a message to a task that has ended
        // stands a run that is not to be stopped by a cancel that comes too late for the task.
        var text = $"Cancelled by {by}.";
        var asked = new StopReceipt(time.GetUtcNow(), by);
        var run = runs.Find(taskId) is { } claimed && store.Live.Find(taskId)?.RunId == claimed.RunId && (onlyRun ?? claimed.RunId) == claimed.RunId ? claimed : null;
        run?.RequestStop(new RunStop(RunStopKind.Cancel, text) { Receipt = asked });
        ChangeResult result;
        LeftWork? left = null;
        AgentTask? unattended;
        while (true)
        {
            unattended = null;
            result = await store.Log.ForCaller.ChangeAsync(taskId, current =>
            {
                if (current.Status.IsTerminal() || current.Reason == ReasonCodes.Stopping) return null;

                // One that waits to begin still names the run before it, unless it goes on with that one.
                if (onlyRun is not null && (current.RunId != onlyRun || current is { Status: AgentTaskStatus.Pending, NextCause: not RunCause.Recovery })) return null;
                var atOnce = asked with { AcknowledgedAt = asked.AskedAt, StoppedAt = asked.AskedAt };
                if (current.Status == AgentTaskStatus.Pending)
                {
                    // It may stand between two runs, with a call that was allowed meanwhile: that must not be made either, should the task ever go on.
                    if (current.RunCount > 0 && left?.Fence != current.Fence)
                    {
                        unattended = current;
                        return null;
                    }

                    return new TaskChange { Log = left?.AllFacts ?? [], Transition = new TaskTransition(AgentTaskStatus.Cancelled, null, text), Edit = row => row with { Stop = atOnce } };
                }

                if (runs.Find(taskId) is not null)
                {
                    return new TaskChange
                    {
                        Transition = new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Stopping, "Stopping: a cancel was accepted."),
                        Edit = row => row with { Stop = asked },
                    };
                }

                // No run behind it: it waits since before a restart, or was left by a server that stops. Nobody else would end it.
                if (left?.Fence != current.Fence)
                {
                    unattended = current;
                    return null;
                }

                return RunChanges.End(
                    current, new RunEnd(RunOutcome.Cancelled, current.NextCause, null, text), new RunFacts { Log = left.AllFacts, Complete = _ => atOnce });
            });
            if (unattended is null) break;
            left = await leftWork.ReadAsync(unattended, CancellationToken.None);
        }


        // Before this verb answers: from here on no model or tool call may start.
        if (result is { Applied: true, Task: { } stopped } && runs.Find(taskId) is { } late && late != run && late.RunId == stopped.RunId) late.RequestStop(new RunStop(RunStopKind.Cancel, text) { Receipt = asked });
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
        try
        {
            outputs.Forget(task.Id);
            baselines.Forget(task.Id);
            if (task.WorkDir == store.Directory.WorkDirOf(task.Id) && Directory.Exists(task.WorkDir)) Directory.Delete(task.WorkDir, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "The work dir of the deleted {TaskId} could not be removed.", task.Id);
        }
    }

    private async ValueTask<AgentTask> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
}
