namespace TaskDashboard.Core.WorkDirs;

/// <summary>A work folder as it was before a task could change anything in it: what later changes are told against. Stored as JSON.</summary>
internal sealed record Baseline
{
    /// <summary>Most files of a folder that are looked at.</summary>
    public const int MaxFiles = 5_000;

    /// <summary>Where the folder is in a git repository: the commit that it stood at. The files are then only those that differed from it.</summary>
    public string? Commit { get; init; }

    /// <summary>By path, relative to the work folder.</summary>
    public IReadOnlyDictionary<string, BaselineFile> Files { get; init; } = new Dictionary<string, BaselineFile>();

    /// <summary>What is missing in it, in a sentence; null for nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>One file as it was.</summary>
/// <param name="Size">In bytes; -1 where it was not there although the commit has it.</param>
/// <param name="ChangedAt">Its time stamp, in ticks.</param>
/// <param name="Copy">The name of the copy of its content; null where none was kept.</param>
/// <param name="IsBinary">It was no text.</param>
internal sealed record BaselineFile(long Size, long ChangedAt, string? Copy, bool IsBinary = false)
{
    public static BaselineFile Missing { get; } = new(-1, 0, null);
}
