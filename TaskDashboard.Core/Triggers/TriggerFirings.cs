using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Triggers;

/// <summary>Prepares firings and hands them to the store, which decides them.</summary>
internal sealed class TriggerFirings(
    TriggerStore store, TaskReader reader, FiringMessages messages, FiringWorkers workers, RunSlots slots, TaskStopping stopping, IdSource ids, TimeProvider time, ILogger<TriggerFirings> logger)
{
    private const int MostTries = 10;

    /// <summary>So many restarts are looked back behind for the beginning of a run that goes on since.</summary>
    private const int MostRestarts = 50;

    /// <exception cref="RefusedException">The process takes no new work.</exception>
    public void RefuseWhenDraining()
    {
        if (slots.IsClosed) throw RefusedException.Draining();
    }

    /// <summary>Decides every slot that is due. What is not decided, because the server stops, the next start finds.</summary>
    public async Task FireDueAsync(string triggerId)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (slots.IsClosed || store.Find(triggerId) is not { State: TriggerState.Active } trigger) return;
            if (Schedule.Of(trigger.Definition, trigger.CreatedAt) is not { } schedule)
            {
                await EndWhenOverAsync(triggerId);
                return;
            }

            var plan = FiringPlan.Make(schedule, trigger.Definition, trigger.Cursor ?? trigger.CreatedAt, time.GetUtcNow());
            if (plan.Slots.Count == 0 && plan.NextAt == trigger.NextAt) return;
            trigger = await RenewedAsync(trigger);
            var message = await messages.MakeAsync(trigger);
            var orders = plan.Slots.Select(slot => new FiringOrder(slot, slot.Slot, message.Text)).ToList();
            var result = await store.FireAsync(triggerId, plan, trigger, orders, await WorkerAsync(trigger, message));
            if (result.Outcome is FireOutcome.Stale or FireOutcome.NeedsTask && attempt < MostTries) continue;
            if (result.Outcome is FireOutcome.Stale or FireOutcome.NeedsTask) logger.LogWarning("{TriggerId} changes faster than it can be fired; it is tried again.", triggerId);
            await FollowUpAsync(result);
            return;
        }
    }

    /// <summary>Fires once, for a reason of its own.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="slot">The name of the firing; another of the same name is not made.</param>
    /// <param name="source">What brings it about.</param>
    /// <param name="context">What the agent is told besides; null for nothing.</param>
    /// <param name="unless">Also a repeat when a slot whose name begins so was decided within this time.</param>
    public async Task<FireResult> FireOnceAsync(Trigger trigger, string slot, FiringSource source, string? context, (string Start, TimeSpan Within)? unless = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            trigger = await RenewedAsync(store.Find(trigger.Id) ?? throw RefusedException.NotFound("trigger", trigger.Id));
            var message = await messages.MakeAsync(trigger);
            var order = new FiringOrder(PlannedSlot.At(StoreTime.Truncate(time.GetUtcNow()), source), slot, FiringMessages.With(message.Text, context), unless);
            var result = await store.FireAsync(trigger.Id, null, trigger, [order], await WorkerAsync(trigger, message));
            if (result.Outcome == FireOutcome.NeedsTask && attempt < MostTries) continue;
            await FollowUpAsync(result);
            return result;
        }
    }

    /// <summary>The task has come to its end: its triggers are looked at, and what waits for it goes on.</summary>
    public async Task GoOnAsync(string taskId)
    {
        var triggers = store.OfTask(taskId);
        var found = new Dictionary<string, FiringWorker>(StringComparer.Ordinal);
        foreach (var trigger in triggers) found[trigger.Id] = await workers.FindAsync(trigger);
        if (!slots.IsClosed) await store.ReleaseAsync(taskId, [.. triggers.Select(trigger => trigger.Id)], found);
    }

    /// <summary>
    /// Does what was to follow from a firing that waits, or from the end of what it waits for, and was refused by the store or cut off by a crash: lets
    /// go what waits for a task that has ended, and cancels the run that was to be cancelled for it.
    /// </summary>
    public async Task MakeUpAsync(CancellationToken cancellationToken)
    {
        foreach (var taskId in await store.ListAwaitedTasksAsync(cancellationToken))
        {
            if (!reader.IsLive(taskId)) await GoOnAsync(taskId);
        }

        foreach (var (triggerId, taskId, at) in await store.ListWaitingAsync(cancellationToken))
        {
            // As the trigger was when it fired: who changes it does not mean what runs now.
            if (store.Find(triggerId) is not { Definition.Overlap: Overlap.CancelPrevious } trigger || trigger.UpdatedAt > at) continue;
            for (var attempt = 1; attempt < MostTries && await RunBeforeAsync(taskId, at) is { } runId; attempt++)
            {
                // Where that was too late, the run has ended, or goes on as another one since a restart.
                if (await stopping.CancelRunAsync(taskId, runId, CancelledBy(trigger), cancellationToken)) break;
            }
        }
    }

    /// <summary>
    /// The run that the task is at, where it was at it before this moment, or goes on with it since a restart. One that was begun behind is nobody's to
    /// cancel for what came before it: it may be a person's, or that of a firing that has waited longer.
    /// </summary>
    private async Task<string?> RunBeforeAsync(string taskId, DateTimeOffset at)
    {
        for (var attempt = 1; attempt < MostTries; attempt++)
        {
            if (reader.FindLive(taskId) is not { RunId: { } runId } task || task is { Reason: ReasonCodes.Stopping } or { Status: AgentTaskStatus.Pending, NextCause: not RunCause.Recovery }) return null;
            var runs = await reader.ListRunsAsync(taskId, Math.Max(0, task.RunCount - MostRestarts), MostRestarts);

            // Claimed between the two looks, as it goes on since the restart: it is looked again.
            if (runs.Count > 0 && runs[^1].RunId != runId) continue;
            return runs.LastOrDefault(run => run.Cause != RunCause.Recovery) is { } begun && begun.StartedAt < at ? runId : null;
        }

        return null;
    }

    /// <summary>What fires by calls has no slot behind which it could end.</summary>
    private Task<Trigger?> EndWhenOverAsync(string triggerId) => store.ChangeAsync(triggerId, (batch, trigger) =>
        trigger is { State: TriggerState.Active, Definition: { IsScheduled: false, Until: { } until } } && until <= batch.Now ? TriggerStates.TimeOver(trigger) : trigger);

    /// <summary>The task of one that was made alone may have been deleted: then the next firing makes another.</summary>
    private async Task<Trigger> RenewedAsync(Trigger trigger)
    {
        if (trigger is not { Fired: > 0, Definition.Order: not null } || await reader.FindAsync(trigger.TaskId) is not null) return trigger;
        var fresh = ids.NewTask();
        return await store.ChangeAsync(trigger.Id, (batch, current) => batch.Find(current.TaskId) is null && TriggerTable.HasStarted(batch, current.Id, current.TaskId) ? current with { TaskId = fresh } : current)
            ?? throw RefusedException.NotFound("trigger", trigger.Id);
    }

    private async Task<FiringWorker> WorkerAsync(Trigger trigger, FiringMessage message) =>
        message.Problem is { } problem ? new FiringWorker(null, null, null, problem) : await workers.FindAsync(trigger, message);

    private async Task FollowUpAsync(FireResult result)
    {
        if (result is not { Cancels: true, Trigger: { } trigger }) return;
        try
        {
            await stopping.CancelAsync(trigger.TaskId, CancelScope.Tree, CancelledBy(trigger), CancellationToken.None);
        }
        catch (RefusedException refusal) when (refusal.Code is "task_terminal" or "not_found")
        {
            // It ended by itself in this moment, which lets the firing go on all the same.
        }
    }

    private static string CancelledBy(Trigger trigger) => $"the trigger {trigger.Definition.Name}";
}
