using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>One firing that is to be: what the slot is called, and what the agent is told.</summary>
/// <param name="Planned">Its moment, and whether it is to run.</param>
/// <param name="Slot">Its name; another of the same name was there before, or comes too late.</param>
/// <param name="Message">What the agent is told.</param>
/// <param name="Unless">Also a repeat when a slot whose name begins so was decided within this time.</param>
internal sealed record FiringOrder(PlannedSlot Planned, string Slot, string Message, (string Start, TimeSpan Within)? Unless = null);

/// <summary>What became of it.</summary>
internal enum FireOutcome
{
    /// <summary>Everything that was asked for is decided and stands in the history.</summary>
    Done,

    /// <summary>The trigger is not what it was when this was prepared: look again.</summary>
    Stale,

    /// <summary>The task is to be made, and was not prepared.</summary>
    NeedsTask,

    /// <summary>The slot was decided before.</summary>
    Repeated,

    /// <summary>There is no such trigger.</summary>
    NotFound,
}

/// <param name="Outcome">Whether it was decided.</param>
/// <param name="Trigger">The trigger after it.</param>
/// <param name="Firings">What stands in the history now.</param>
/// <param name="Cancels">True when the run before is to be cancelled for it.</param>
internal sealed record FireResult(FireOutcome Outcome, Trigger? Trigger, IReadOnlyList<TriggerFiring> Firings, bool Cancels);

/// <summary>
/// Fires a trigger: the firings in its history, the runs that they open and the trigger's own row are one transaction. So a process that dies at
/// any moment leaves a slot either decided, with its run, or not looked at; and no slot is decided twice.
/// </summary>
/// <param name="triggerId">The trigger.</param>
/// <param name="plan">For firings by the clock: what the cursor was to be, and what it becomes.</param>
/// <param name="expected">The trigger as the plan was made from.</param>
/// <param name="orders">The firings, in order.</param>
/// <param name="worker">Who is to work.</param>
/// <param name="history">Where its firings are written down.</param>
internal sealed class FireOperation(string triggerId, FiringPlan? plan, Trigger expected, IReadOnlyList<FiringOrder> orders, FiringWorker worker, FiringHistory history) : WriteOperation<FireResult>
{
    private readonly List<TriggerFiring> firings = [];
    private bool cancels;

    public override void Apply(WriteBatch batch)
    {
        firings.Clear();
        cancels = false;
        if (TriggerTable.Find(batch, triggerId) is not { } trigger)
        {
            Result = new FireResult(FireOutcome.NotFound, null, [], false);
            return;
        }

        if (plan is not null && (trigger.State != TriggerState.Active || trigger.Cursor != expected.Cursor || trigger.UpdatedAt != expected.UpdatedAt))
        {
            Result = new FireResult(FireOutcome.Stale, trigger, [], false);
            return;
        }

        if (batch.Find(trigger.TaskId) is null && trigger.Definition.Order is not null && worker.NewTask?.Task.Id != trigger.TaskId && worker.Problem is null && orders.Any(order => order.Planned.SkipReason is null))
        {
            Result = new FireResult(FireOutcome.NeedsTask, trigger, [], false);
            return;
        }

        var repeats = 0;
        foreach (var order in orders)
        {
            if (IsRepeat(batch, order)) repeats++;
            else trigger = Decide(batch, trigger, order);
        }

        if (plan is not null) trigger = trigger with { Cursor = plan.Cursor, NextAt = plan.NextAt };
        trigger = TriggerStates.AfterFiring(batch, trigger);
        TriggerTable.Update(batch, trigger);
        Result = new FireResult(repeats > 0 && repeats == orders.Count ? FireOutcome.Repeated : FireOutcome.Done, trigger, [.. firings], cancels);
    }

    private bool IsRepeat(WriteBatch batch, FiringOrder order) =>
        TriggerTable.HasSlot(batch, triggerId, order.Slot)
        || (order.Unless is { } recent && TriggerTable.HasRecent(batch, triggerId, recent.Start, batch.Now - recent.Within));

    private Trigger Decide(WriteBatch batch, Trigger trigger, FiringOrder order)
    {
        if (order.Planned.SkipReason is { } reason) return Skip(batch, trigger, order, reason);
        if (trigger.State == TriggerState.Ended) return Skip(batch, trigger, order, FiringReasons.TriggerStopped);
        var task = batch.Find(trigger.TaskId);
        if (task is null && trigger.Definition.Order is null)
        {
            return Skip(batch, trigger with { State = TriggerState.Ended, StateText = TriggerStates.TaskGone, NextAt = null }, order, FiringReasons.TaskGone);
        }

        if (worker.Problem is { } problem) return Skip(batch, trigger, order, problem);
        if (task is null) return Create(batch, trigger, order);
        if (!task.Status.IsTerminal()) return Overlapping(batch, trigger, order, task);
        return TriggerPost.Apply(batch, task, trigger, order.Message, worker)
            ? Started(batch, trigger, order, task.Id, task.RunCount + 1)
            : Skip(batch, trigger, order, FiringReasons.Refused);
    }

    private Trigger Create(WriteBatch batch, Trigger trigger, FiringOrder order)
    {
        var prepared = worker.NewTask!;
        var message = prepared.FirstMessage with
        {
            Data = new Events.MessageData(prepared.FirstMessage.Entry!.MessageId, Chats.EntryRole.User, order.Message),
            Entry = prepared.FirstMessage.Entry with { Text = order.Message },
        };
        var create = new CreateTaskOperation(prepared with { FirstMessage = message }, null);
        create.Apply(batch);
        return create.Result.Applied ? Started(batch, trigger, order, trigger.TaskId, 1) : Skip(batch, trigger, order, FiringReasons.Refused);
    }

    private Trigger Overlapping(WriteBatch batch, Trigger trigger, FiringOrder order, AgentTask task)
    {
        // What is caught up on runs one after the other: that is what it was asked for.
        var overlap = order.Planned.Source == FiringSource.CatchUp ? Overlap.Queue : trigger.Definition.Overlap;
        if (overlap == Overlap.Skip) return Skip(batch, trigger, order, FiringReasons.Overlap);
        if (overlap == Overlap.CancelPrevious)
        {
            TriggerTable.DropQueued(batch, trigger.Id, FiringReasons.Superseded);
            cancels = true;
        }
        else if (order.Planned.Source != FiringSource.CatchUp && !TriggerTable.HasRoom(batch, trigger.Id))
        {
            return Skip(batch, trigger, order, FiringReasons.QueueFull);
        }

        Note(batch, order, new TriggerFiring
        {
            TriggerId = trigger.Id,
            Slot = order.Slot,
            Outcome = FiringOutcome.Queued,
            Reason = FiringReasons.Overlap,
            TaskId = task.Id,
            Message = order.Message,
        });
        return trigger;
    }

    private Trigger Started(WriteBatch batch, Trigger trigger, FiringOrder order, string taskId, int runNumber)
    {
        TriggerTable.Supersede(batch, taskId, runNumber);
        Note(batch, order, new TriggerFiring { TriggerId = trigger.Id, Slot = order.Slot, Outcome = FiringOutcome.Started, TaskId = taskId, RunNumber = runNumber });
        return TriggerStates.Counted(trigger);
    }

    private Trigger Skip(WriteBatch batch, Trigger trigger, FiringOrder order, string reason)
    {
        Note(batch, order, new TriggerFiring { TriggerId = trigger.Id, Slot = order.Slot, Outcome = FiringOutcome.Skipped, Reason = reason, TaskId = trigger.TaskId });
        return trigger;
    }

    private void Note(WriteBatch batch, FiringOrder order, TriggerFiring firing)
    {
        firing = firing with { Source = order.Planned.Source, DueAt = order.Planned.DueAt, ThroughAt = order.Planned.ThroughAt, Slots = order.Planned.Count, At = batch.Now };
        firings.Add(firing with { Id = history.Insert(batch, firing) });
    }
}

/// <summary>Who is to work at a firing, found before it.</summary>
/// <param name="AgentId">The agent that the trigger names; null for the task's own.</param>
/// <param name="Model">That agent's model.</param>
/// <param name="NewTask">The task, where it is to be made; with another message in it.</param>
/// <param name="Problem">Why nobody can work; null when somebody can.</param>
/// <param name="MayWork">Asked on the writer: an agent that is being removed or put aside in this moment gets nothing more to do.</param>
internal sealed record FiringWorker(string? AgentId, string? Model, NewTask? NewTask, string? Problem, Func<bool>? MayWork = null);
