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

    /// <summary>The key that it was made with; null for one that was made on a page.</summary>
    public string? KeyId { get; init; }

    /// <summary>Nothing of it.</summary>
    public static TaskSettings None { get; } = new();

    /// <summary>True where there is nothing to store.</summary>
    internal bool IsEmpty => AddDirs.Count == 0 && EnableSkills is null && EnableMcp is null && Worktree is null && Triggered is null && KeyId is null;
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
