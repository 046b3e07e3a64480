using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>When a trigger stops by itself.</summary>
internal static class TriggerStates
{
    public const string TaskGone = "Its task was deleted.";

    /// <summary>One more of its firings opened a run.</summary>
    public static Trigger Counted(Trigger trigger) => trigger with { Fired = trigger.Fired + 1 } is var counted && IsUsedUp(counted) ? UsedUp(counted) : counted;

    /// <summary>What is behind it now that its slots are decided, or its times were changed.</summary>
    public static Trigger AfterFiring(WriteBatch batch, Trigger trigger) => trigger switch
    {
        { State: not TriggerState.Active } => trigger with { NextAt = null },
        _ when IsUsedUp(trigger) => UsedUp(trigger),
        _ when TriggerTable.IsBroken(batch, trigger) => Break(batch, trigger),
        { Definition: { IsScheduled: true, Until: not null }, NextAt: null } => TimeOver(trigger),
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

    /// <summary>It has fired as often as it may.</summary>
    public static bool IsUsedUp(Trigger trigger) => trigger.Fired >= trigger.Definition.MaxFirings;

    /// <summary>The moment that it was to end at is over.</summary>
    public static Trigger TimeOver(Trigger trigger) => Over(trigger, $"Its time was over on {trigger.Definition.Until?.UtcDateTime:u}.");

    public static Trigger Over(Trigger trigger, string why) => trigger with { State = TriggerState.Ended, StateText = why, NextAt = null };

    private static Trigger UsedUp(Trigger trigger) => Over(trigger, $"It has fired {trigger.Fired} times, as often as it was to.");

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
