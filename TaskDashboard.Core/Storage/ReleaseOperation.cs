using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// A task of triggers has come to its end: looks at each of them again, and lets the firing that has waited longest open its run. May come at any
/// time and as often as one likes; what it decides, it decides from what stands in the store.
/// </summary>
/// <param name="taskId">The task.</param>
/// <param name="triggers">Its triggers.</param>
/// <param name="workers">Who is to work for each of them.</param>
internal sealed class ReleaseOperation(string taskId, IReadOnlyList<string> triggers, IReadOnlyDictionary<string, FiringWorker> workers) : WriteOperation<IReadOnlyList<(string Id, Trigger? Now)>>
{
    public override void Apply(WriteBatch batch)
    {
        var changed = new List<(string, Trigger?)>();
        foreach (var id in triggers)
        {
            if (TriggerTable.Find(batch, id) is not { } before) continue;
            var after = TriggerStates.AfterRun(batch, before, taskId);
            if (ReferenceEquals(after, before)) continue;
            if (after is null) TriggerTable.Delete(batch, id);
            else TriggerTable.Update(batch, after with { UpdatedAt = batch.Now });
            changed.Add((id, after is null ? null : after with { UpdatedAt = batch.Now }));
        }

        if (batch.Find(taskId) is null) TriggerTable.DropQueuedOfTask(batch, taskId, FiringReasons.TaskGone);
        while (batch.Find(taskId) is { } task && task.Status.IsTerminal() && TriggerTable.FirstQueued(batch, taskId) is { } waiting)
        {
            // Who stops a trigger drops what waits. What is here still was due before its time was over, or was asked for by hand since it is held.
            if (TriggerTable.Find(batch, waiting.TriggerId) is not { } trigger || TriggerStates.IsUsedUp(trigger))
            {
                TriggerTable.SettleQueued(batch, waiting.Id, FiringOutcome.Skipped, FiringReasons.TriggerStopped, null);
                continue;
            }

            var worker = workers.GetValueOrDefault(trigger.Id) ?? new FiringWorker(null, null, null, FiringReasons.AgentGone);
            var started = worker.Problem is null && TriggerPost.Apply(batch, task, trigger, waiting.Message, worker);
            if (started) TriggerTable.Supersede(batch, taskId, task.RunCount + 1);
            TriggerTable.SettleQueued(
                batch, waiting.Id, started ? FiringOutcome.Started : FiringOutcome.Skipped, started ? null : worker.Problem ?? FiringReasons.Refused, started ? task.RunCount + 1 : null);
            if (!started) continue;
            var counted = TriggerStates.Counted(trigger);
            TriggerTable.Update(batch, counted);
            changed.Add((trigger.Id, counted));
        }

        Result = changed;
    }
}
