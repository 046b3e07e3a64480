using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Timelines;

/// <summary>Reads what timelines are made of. Safe for threads.</summary>
public interface ITimelineReader
{
    /// <summary>What is known of a run; null where there is none.</summary>
    Task<RunRecord?> FindAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>The steps of a run behind a number, in order; none where there is no such run.</summary>
    Task<IReadOnlyList<RunStep>> ListStepsAsync(string runId, int after, CancellationToken cancellationToken = default);

    /// <summary>What a tool of a run was given and what it answered; null where there is no such call.</summary>
    Task<RunCall?> FindCallAsync(string runId, string callId, CancellationToken cancellationToken = default);

    /// <summary>The run and all runs of the tasks that it started, and of those that they started, with the critical path; null where there is none.</summary>
    Task<RunTimeline?> FindTreeAsync(string runId, CancellationToken cancellationToken = default);
}

/// <summary>A run, and what its task's log tells of it.</summary>
/// <param name="Task">The task as it stands.</param>
/// <param name="Run">The run with its steps.</param>
/// <param name="Facts">What bears on the timeline, in the order of the log.</param>
/// <param name="LastSeq">The log's last event that was looked at: a viewer goes on behind it.</param>
public sealed record RunRecord(AgentTask Task, Run Run, IReadOnlyList<RunFact> Facts, long LastSeq)
{
    public string? PreviousRunId { get; init; }

    public string? NextRunId { get; init; }
}

/// <summary>A tool call.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">What it was given, as JSON; null where another run has that.</param>
/// <param name="Result">What it answered; null while it is at work, and where nobody knows.</param>
public sealed record RunCall(string Name, string? Arguments, string? Result);

/// <summary>An event as far as a timeline needs it.</summary>
/// <param name="Seq">Its number in the task's log.</param>
/// <param name="At">When it was committed.</param>
/// <param name="Data">What it says; arguments and results of tools may be left out.</param>
public sealed record RunFact(long Seq, DateTimeOffset At, EventData Data);
