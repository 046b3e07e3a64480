using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Forks;

/// <summary>What a new task has that no order of a person can say: where it comes from, and what was said before its first message.</summary>
/// <param name="Origin">Where it comes from.</param>
internal sealed record TaskBeginning(TaskOrigin Origin)
{
    /// <summary>Its id, where things of it lie on the disk already.</summary>
    public string? TaskId { get; init; }

    /// <summary>What its log and its transcript begin with, in order; every entry is read.</summary>
    public IReadOnlyList<LogEntry> History { get; init; } = [];

    /// <summary>True where its own folder has something in it already, so that no folder of its agent takes that one's place.</summary>
    public bool HasFolder { get; init; }

    /// <summary>Where a worktree begins, in order of preference; the head of the repository where none of it is there.</summary>
    public IReadOnlyList<string> WorktreeFrom { get; init; } = [];

    /// <summary>What the request was, to notice a key that is used for another one.</summary>
    public string? Digest { get; init; }

    /// <summary>Files of what was said before.</summary>
    public IEnumerable<AttachedFile> Files => History.SelectMany(entry => entry.Entry?.Attachments ?? []);
}
