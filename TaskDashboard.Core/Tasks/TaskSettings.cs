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

    /// <summary>Nothing of it.</summary>
    public static TaskSettings None { get; } = new();

    /// <summary>True where there is nothing to store.</summary>
    internal bool IsEmpty => AddDirs.Count == 0 && EnableSkills is null && EnableMcp is null && Worktree is null;
}

/// <summary>A worktree that belongs to a task, and goes with it.</summary>
/// <param name="Repository">The folder that the repository was cloned or begun in.</param>
/// <param name="Branch">The branch that was made for the task.</param>
/// <param name="Base">The commit that the branch began at.</param>
public sealed record TaskWorktree(string Repository, string Branch, string Base);
