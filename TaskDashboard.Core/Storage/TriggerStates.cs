using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>When a trigger stops by itself.</summary>
internal static class TriggerStates
{
    public const string TaskGone = "Its task was deleted.";

    /// <summary>One more of its firings opened a run.</summary>
    public static Trigger Counted(Trigger trigger) => trigger with { Fired = trigger.Fired + 1 } is var counted && counted.Fired >= counted.Definition.MaxFirings
        ? counted with { State = TriggerState.Ended, StateText = $"It has fired {counted.Fired} times, as often as it was to.", NextAt = null }
        : counted;

    /// <summary>What is behind it now that its slots are decided, or its times were changed.</summary>
    public static Trigger AfterFiring(WriteBatch batch, Trigger trigger) => trigger switch
    {
        { State: not TriggerState.Active } => trigger with { NextAt = null },
        _ when TriggerTable.IsBroken(batch, trigger) => Break(batch, trigger),
        { Definition: { IsScheduled: true, Until: { } until }, NextAt: null } => Over(trigger, $"Its time was over on {until.UtcDateTime:u}."),
        { Definition.IsScheduled: true, NextAt: null } => Over(trigger, "Its schedule has no further date."),
        _ => trigger,
    };

    /// <summary>Looks at it after one of its runs has ended, or its task has gone.</summary>
    /// <returns>Null when it is to go.</returns>
    public static Trigger? AfterRun(WriteBatch batch, Trigger trigger, string taskId)
    {
        if (trigger.State != TriggerState.Ended && trigger.Definition.Order is null && trigger.TaskId == taskId && batch.Find(taskId) is null) return Over(trigger, TaskGone);
        if (trigger.Definition.DeleteAfterRun && TriggerTable.HasRunToItsEnd(batch, trigger.Id)) return null;
        return trigger.State == TriggerState.Active && TriggerTable.IsBroken(batch, trigger) ? Break(batch, trigger) : trigger;
    }

    public static Trigger Over(Trigger trigger, string why) => trigger with { State = TriggerState.Ended, StateText = why, NextAt = null };

    private static Trigger Break(WriteBatch batch, Trigger trigger)
    {
        TriggerTable.DropQueued(batch, trigger.Id, FiringReasons.TriggerStopped);
        return trigger with
        {
            State = TriggerState.Broken,
            StateText = $"Its last {Trigger.FailuresToBreak} runs failed. Look at what went wrong, then reset it.",
            NextAt = null,
        };
    }
}
