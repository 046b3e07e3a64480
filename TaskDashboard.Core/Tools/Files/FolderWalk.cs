namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// Goes through a folder in order of names, without following links: what a link leads to is either found in its own place, or
/// outside and none of the caller's business.
/// </summary>
internal static class FolderWalk
{
    /// <summary>Folders that hold what programs made, or history: never what a search is for, and often a hundred times the rest.</summary>
    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase) { ".git", "bin", "obj", "node_modules" };

    /// <summary>The names of the folders that are not gone into; upper and lower case are the same.</summary>
    public static IReadOnlyCollection<string> SkippedNames => Skipped;

    private static readonly EnumerationOptions Options = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    public static bool IsSkipped(FileSystemInfo entry) => entry is DirectoryInfo && Skipped.Contains(entry.Name);

    public static bool IsLink(FileSystemInfo entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    /// <summary>What is directly in a folder: folders and files together, by name.</summary>
    public static IReadOnlyList<FileSystemInfo> Entries(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Options).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    private static IReadOnlyList<FileSystemInfo> EntriesBelow(string folder)
    {
        try
        {
            return Entries(folder);
        }
        catch (IOException)
        {
            // Gone in the meantime: what is beside it is still worth seeing.
            return [];
        }
    }

    /// <summary>Everything below a folder, a folder before what is in it; not into links, and not into the skipped folders.</summary>
    public static IEnumerable<FileSystemInfo> Below(string folder)
    {
        var pending = new Stack<FileSystemInfo>(Entries(folder).Reverse());
        while (pending.TryPop(out var entry))
        {
            yield return entry;
            if (entry is not DirectoryInfo || IsSkipped(entry) || IsLink(entry)) continue;
            foreach (var child in EntriesBelow(entry.FullName).Reverse()) pending.Push(child);
        }
    }
}
