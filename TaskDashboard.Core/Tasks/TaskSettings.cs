using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Forks;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Tasks;

/// <summary>What few tasks have. Stored as one column, which is empty for all others.</summary>
public sealed record TaskSettings
{
    /// <summary>Further folders that its tools reach, as absolute paths; empty for most.</summary>
    public IReadOnlyList<string> AddDirs { get; init; } = [];

    /// <summary>False turns skills off for the task; null is what was not said, and means on.</summary>
    public bool? EnableSkills { get; init; }

    /// <summary>False turns MCP servers off for the task; null is what was not said, and means on.</summary>
    public bool? EnableMcp { get; init; }

    /// <summary>The worktree that it works in; null for none of its own.</summary>
    public TaskWorktree? Worktree { get; init; }

    /// <summary>What the trigger behind the current or last run asks of it; null for a run that no trigger opened.</summary>
    public TriggeredRun? Triggered { get; init; }

    /// <summary>Where an imported task comes from; null for one that was made here.</summary>
    public ImportedFrom? Imported { get; init; }

    /// <summary>Which task it was made out of, or with which others; null for most.</summary>
    public TaskOrigin? Origin { get; init; }

    /// <summary>The key that it was made with; null for one that was made on a page.</summary>
    public string? KeyId { get; init; }

    /// <summary>Where its spans have their place; null while nobody listened when it was made, and for a task that comes from nowhere.</summary>
    public TaskTrace? Trace { get; init; }

    /// <summary>Nothing of it.</summary>
    public static TaskSettings None { get; } = new();

    /// <summary>True where there is nothing to store.</summary>
    internal bool IsEmpty => AddDirs.Count == 0 && this with { AddDirs = None.AddDirs } == None;
}

/// <summary>A worktree that belongs to a task, and goes with it.</summary>
/// <param name="Repository">The folder that the repository was cloned or begun in.</param>
/// <param name="Branch">The branch that was made for the task.</param>
/// <param name="Base">The commit that the branch began at.</param>
public sealed record TaskWorktree(string Repository, string Branch, string Base);

/// <summary>What a trigger asks of the run that it opens. Goes when somebody else continues the task.</summary>
/// <param name="TriggerId">The trigger.</param>
/// <param name="AgentId">The agent that it names; null for the task's own.</param>
/// <param name="OwnModel">What the task's model was before that agent's took its place; null where it did not.</param>
/// <param name="TimeoutS">Longest time of the run in seconds; null for the task's own limit.</param>
public sealed record TriggeredRun(string TriggerId, string? AgentId = null, string? OwnModel = null, int? TimeoutS = null);
