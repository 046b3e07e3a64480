using System.Text.Json.Serialization;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>What has changed in a task's work folder since the task first could change something there, whoever did it.</summary>
public interface IWorkDirChanges
{
    /// <summary>The files that changed, by path, up to a bound that the note tells of.</summary>
    /// <exception cref="Tasks.RefusedException">There is no such task.</exception>
    Task<FileChanges> ListAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>How one file changed.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="path">Relative to the work folder, with forward slashes, as the list has it.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="Tasks.RefusedException">There is no such task, or the file has not changed.</exception>
    Task<FileDifference> FindAsync(string taskId, string path, CancellationToken cancellationToken = default);
}

/// <summary>The files that changed.</summary>
/// <param name="Items">By path.</param>
/// <param name="Added">Lines that are new in all of them together.</param>
/// <param name="Removed">Lines that are gone.</param>
/// <param name="Note">What is not told, and why, in a sentence; null when all is.</param>
public sealed record FileChanges(IReadOnlyList<FileChange> Items, int Added, int Removed, string? Note)
{
    /// <summary>Nothing has changed.</summary>
    public static FileChanges None { get; } = new([], 0, 0, null);
}

/// <summary>One file that changed.</summary>
/// <param name="Path">Relative to the work folder, with forward slashes.</param>
/// <param name="Kind">What happened to it.</param>
public sealed record FileChange(string Path, FileChangeKind Kind)
{
    /// <summary>Lines that are new; null where lines are not compared.</summary>
    public int? Added { get; init; }

    /// <summary>Lines that are gone; null where lines are not compared.</summary>
    public int? Removed { get; init; }

    /// <summary>It holds something else than text.</summary>
    public bool Binary { get; init; }

    /// <summary>It is, or was, larger than what is compared.</summary>
    public bool TooLarge { get; init; }
}

/// <summary>How a file changed.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Diff">Unified, cut where it is long; empty where lines are not compared.</param>
public sealed record FileDifference(FileChange Change, string Diff);

/// <summary>What happened to a file.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileChangeKind>))]
public enum FileChangeKind
{
    [JsonStringEnumMemberName("added")] Added,
    [JsonStringEnumMemberName("modified")] Modified,
    [JsonStringEnumMemberName("deleted")] Deleted,
}
