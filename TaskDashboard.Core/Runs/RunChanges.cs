using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>The changes by which runs begin and end. What a run is, told to the task's row and to its log together.</summary>
internal static class RunChanges
{
    public const string ModelReasonText = "The model is answering.";

    public static TaskTransition Answering { get; } = new(AgentTaskStatus.Running, ReasonCodes.Model, ModelReasonText);

    /// <summary>The conversation has nearly filled the model's window.</summary>
    public static TaskTransition Summarising { get; } = new(AgentTaskStatus.Running, ReasonCodes.Model, "The conversation is summarised, to make room for more.");

    /// <summary>The run has nothing to do before one of its children ends.</summary>
    public static TaskTransition WaitingFor(IReadOnlyList<AgentTask> children) => new(
        AgentTaskStatus.Waiting, ReasonCodes.Subtasks, children.Count == 1
            ? $"It waits for “{children[0].Name ?? children[0].Title}”."
            : $"It waits for {children.Count} tasks: {string.Join(", ", children.Take(3).Select(child => $"“{child.Name ?? child.Title}”"))}{(children.Count > 3 ? ", …" : ".")}");

    /// <summary>What a task says whose calls all wait: for people first, who have to know of it. Null where one is at work, or is about to go on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="open">The requests of the task that nobody has answered.</param>
    /// <param name="view">The tasks as they are.</param>
    public static TaskTransition? Waiting(LiveRun run, IReadOnlyList<TaskRequest> open, ITaskView view)
    {
        if (!run.OnlyWaits) return null;
        if (open.Count > 0) return RequestReason.Waiting(open);
        List<AgentTask> children = [.. run.AwaitedTasks.Select(view.Find).OfType<AgentTask>().Where(child => !child.Status.IsTerminal())];
        return children.Count > 0 ? WaitingFor(children) : null;
    }

    /// <summary>Claims a pending task for a run. The fence goes up: from here on, earlier owners are refused.</summary>
    public static TaskChange Claim(AgentTask pending, LiveRun run, string ownerId)
    {
        var number = pending.RunCount + 1;
        return new TaskChange
        {
            Edit = task => task with
            {
                RunId = run.RunId,
                RunCount = number,
                Fence = task.Fence + 1,
                OwnerId = ownerId,
                Stop = null,
                Attempt = run.Cause == RunCause.Recovery ? Math.Max(1, task.Attempt) : task.Attempt + 1,
            },
            OpenRun = new Run { RunId = run.RunId, TaskId = pending.Id, Attempt = number, Cause = run.Cause, Model = pending.Model },
            Log = [new LogEntry(new RunData(run.RunId, number, run.Cause) { TriggerId = run.Cause == RunCause.Trigger ? pending.Settings.Triggered?.TriggerId : null })],
            Transition = Answering,
        };
    }

    /// <summary>Ends the current run and the task with it, in one change. The fence goes up: what the run still has to say comes too late.</summary>
    /// <param name="task">The task as it stands.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="facts">What becomes known with it.</param>
    public static TaskChange End(AgentTask task, RunEnd end, RunFacts? facts = null)
    {
        facts ??= RunFacts.None;
        var run = new Run
        {
            RunId = task.RunId!,
            TaskId = task.Id,
            Attempt = task.RunCount,
            Model = task.Model,
            Outcome = end.Outcome,
            OutcomeText = end.Text,
        };
        var told = new RunData(run.RunId, run.Attempt, end.Cause) { Outcome = end.Outcome, OutcomeText = end.Text, Receipt = end.Receipt };
        var ended = new TaskChange
        {
            Edit = row => row with
            {
                Usage = row.Usage.Add(facts.Unsaved),
                Fence = row.Fence + 1,
                OwnerId = null,
                NextCause = end.NextCause ?? row.NextCause,
                Stop = end.Outcome == RunOutcome.Cancelled ? facts.Complete(row.Stop) : row.Stop,
            },
            EndRun = run,
            Steps = facts.Steps,
            Log = [.. facts.Log, new LogEntry(told)],
            ResolveRequests = Closed(task, end),
            Transition = end.Transition,
        };

        // Only running goes back to pending; what waits takes the step in between.
        return task.Status == AgentTaskStatus.Waiting && end.Transition.To == AgentTaskStatus.Pending
            ? new TaskChange { Transition = Answering, Then = ended }
            : ended;
    }

    /// <summary>Ends a run whose owner is gone or gave it up; its task waits for a slot, and goes on from its last committed step.</summary>
    public static TaskChange Interrupt(AgentTask task, string text, LeftWork? left) => End(
        task, new RunEnd(RunOutcome.Interrupted, task.NextCause, null, text) { NextCause = RunCause.Recovery, Receipt = left?.Receipt }, new RunFacts { Log = left?.Facts ?? [] });

    /// <summary>
    /// Whatever the run waited to be told, nobody waits for it any more. But where another run goes on, it takes over the requests of calls
    /// that were not let go.
    /// </summary>
    private static IReadOnlyList<TaskRequest> Closed(AgentTask task, RunEnd end) =>
        task.OpenRequests.Count == 0 ? [] :
        [
            .. task.OpenRequests.Where(request => end.Outcome != RunOutcome.Interrupted || request.BegunAt is not null)
                .Select(request => RequestReason.Close(request, end.Text ?? "Its run has ended."))
        ];

    /// <summary>Ends a run that only waited, where nobody waits any more; its task goes back into the queue.</summary>
    /// <param name="task">The task as it stands.</param>
    /// <param name="text">Why, for people.</param>
    /// <param name="left">What the run has left half done.</param>
    /// <param name="next">What opens the next run: a message begins a turn with what is in the inbox, a recovery goes on in the middle of one.</param>
    public static TaskChange TakeUp(AgentTask task, string text, LeftWork left, RunCause next)
    {
        var receipt = left.Facts.Count == 0 ? null : left.Receipt;
        var end = End(
            task with { Status = AgentTaskStatus.Running },
            new RunEnd(RunOutcome.Interrupted, task.NextCause, null, text) { NextCause = next, Receipt = receipt },
            new RunFacts { Log = left.Facts });
        var then = next == RunCause.Message ? end with { Edit = row => end.Edit!(row) with { Attempt = 0 } } : end;
        return new TaskChange { Transition = Answering, Then = then };
    }
}

/// <summary>What is told together with the end of a run.</summary>
internal sealed record RunFacts
{
    public static RunFacts None { get; } = new();

    public IReadOnlyList<LogEntry> Log { get; init; } = [];

    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>Tokens that the task's row does not have yet.</summary>
    public TaskUsage Unsaved { get; init; } = TaskUsage.None;

    /// <summary>Fills in how a cancel went.</summary>
    public Func<StopReceipt?, StopReceipt?> Complete { get; init; } = stop => stop is null ? null : stop with { CutShort = true };
}

/// <summary>How a run ended, as its owner sees it.</summary>
/// <param name="Outcome">The run's outcome; the task's terminal status is the same, unless the task is tried again.</param>
/// <param name="Cause">What had opened the run.</param>
/// <param name="Reason">For failed: one of <see cref="ReasonCodes"/>.</param>
/// <param name="Text">Why, in one sentence; null when it completed.</param>
internal sealed record RunEnd(RunOutcome Outcome, RunCause Cause, string? Reason = null, string? Text = null)
{
    /// <summary>What opens the next run, where there is to be one by itself.</summary>
    public RunCause? NextCause { get; init; }

    /// <summary>For a failed run that is tried again: when, and what people read about it.</summary>
    public (DateTimeOffset DueAt, string Text)? Retry { get; init; }

    public RestartReceipt? Receipt { get; init; }

    public TaskTransition Transition => Outcome switch
    {
        RunOutcome.Completed => new TaskTransition(AgentTaskStatus.Completed, null, null),
        RunOutcome.Cancelled => new TaskTransition(AgentTaskStatus.Cancelled, null, Text),
        RunOutcome.Failed when Retry is { } retry => new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Retry, retry.Text, retry.DueAt),
        RunOutcome.Failed => new TaskTransition(AgentTaskStatus.Failed, Reason, Text),
        RunOutcome.Interrupted => new TaskTransition(AgentTaskStatus.Pending, ReasonCodes.Slot, Text),
        _ => throw new InvalidOperationException($"A run cannot end as {Outcome}."),
    };
}
