using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.ViewModels.Triggers;

/// <summary>Says in a few words what became of a firing.</summary>
internal static class FiringText
{
    public static string Of(TriggerFiring firing, IStringLocalizer<Strings> words)
    {
        var what = firing switch
        {
            { Outcome: FiringOutcome.Queued } => words["Firing.Queued"],
            { Outcome: FiringOutcome.Skipped } => OfSkip(firing.Reason, words),
            { RunOutcome: RunOutcome.Completed } => words["Firing.Completed"],
            { RunOutcome: RunOutcome.Failed } => words["Firing.Failed"],
            { RunOutcome: RunOutcome.Cancelled } => words["Firing.Cancelled"],
            _ => words["Firing.Started"],
        };
        if (firing.Slots > 1) return words["Firing.Several", firing.Slots, what.Value];
        return firing.Source switch
        {
            FiringSource.RunNow => words["Firing.ByHand", what.Value],
            FiringSource.CatchUp when firing.Outcome != FiringOutcome.Skipped => words["Firing.CaughtUp", what.Value],
            _ => what,
        };
    }

    /// <summary>The icon that goes with the words.</summary>
    public static string IconOf(TriggerFiring firing) => firing switch
    {
        { Outcome: FiringOutcome.Skipped } => "ban",
        { Outcome: FiringOutcome.Queued } => "clock",
        { RunOutcome: RunOutcome.Completed } => "check",
        { RunOutcome: RunOutcome.Failed } => "cross",
        { RunOutcome: RunOutcome.Cancelled } => "stop",
        _ => "play",
    };

    /// <summary>Why one did not run.</summary>
    public static LocalizedString OfSkip(string? reason, IStringLocalizer<Strings> words) => words[$"Firing.{Pascal(reason ?? FiringReasons.Refused)}"];

    private static string Pascal(string reason) => string.Concat(reason.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
