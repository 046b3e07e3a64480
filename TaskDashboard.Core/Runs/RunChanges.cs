using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>The changes by which runs begin and end. What a run is, told to the task's row and to its log together.</summary>
internal static class RunChanges
{
    public const string ModelReasonText = "The model is answering.";

    public static TaskTransition Answering { get; } = new(AgentTaskStatus.Running, ReasonCodes.Model, ModelReasonText);

    /// <summary>Claims a pending task for a run. The fence goes up: from here on, earlier owners are refused.</summary>
    public static TaskChange Claim(AgentTask pending, LiveRun run)
    {
        var attempt = pending.RunCount + 1;
        return new TaskChange
        {
            Edit = task => task with { RunId = run.RunId, RunCount = attempt, Fence = task.Fence + 1 },
            OpenRun = new Run { RunId = run.RunId, TaskId = pending.Id, Attempt = attempt, Cause = run.Cause, Model = pending.Model },
            Log = [new LogEntry(new RunData(run.RunId, attempt, run.Cause))],
            Transition = Answering,
        };
    }

    /// <summary>Ends the current run and the task with it, in one change.</summary>
    /// <param name="task">The task as it stands.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="log">Facts that become known with the end.</param>
    /// <param name="steps">Steps that ended with it.</param>
    /// <param name="usage">Tokens of the whole run.</param>
    /// <param name="unsaved">Tokens that the task's row does not have yet.</param>
    public static TaskChange End(
        AgentTask task, RunEnd end, IReadOnlyList<LogEntry> log, IReadOnlyList<RunStep> steps, TaskUsage usage, TaskUsage unsaved)
    {
        var run = new Run
        {
            RunId = task.RunId!,
            TaskId = task.Id,
            Attempt = task.RunCount,
            Model = task.Model,
            Outcome = end.Outcome,
            OutcomeText = end.Text,
            Usage = usage,
        };
        return new TaskChange
        {
            Edit = row => row with { Usage = row.Usage.Add(unsaved) },
            EndRun = run,
            Steps = steps,
            Log = [.. log, new LogEntry(new RunData(run.RunId, run.Attempt, end.Cause) { Outcome = end.Outcome, OutcomeText = end.Text })],
            Transition = end.Transition,
        };
    }
}

/// <summary>How a run ended, as its owner sees it.</summary>
/// <param name="Outcome">The run's outcome; the task's terminal status is the same.</param>
/// <param name="Cause">What had opened the run.</param>
/// <param name="Reason">For failed: one of <see cref="ReasonCodes"/>.</param>
/// <param name="Text">Why, in one sentence; null when it completed.</param>
internal sealed record RunEnd(RunOutcome Outcome, RunCause Cause, string? Reason = null, string? Text = null)
{
    public TaskTransition Transition => Outcome switch
    {
        RunOutcome.Completed => new TaskTransition(AgentTaskStatus.Completed, null, null),
        RunOutcome.Cancelled => new TaskTransition(AgentTaskStatus.Cancelled, null, Text),
        RunOutcome.Failed => new TaskTransition(AgentTaskStatus.Failed, Reason, Text),
        RunOutcome.Interrupted => new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Slot, Text),
        _ => throw new InvalidOperationException($"A run cannot end as {Outcome}."),
    };
}
