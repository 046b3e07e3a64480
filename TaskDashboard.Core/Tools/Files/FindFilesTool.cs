using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Tools.Files;

/// <summary><c>find_files</c>: the files whose names fit a glob, the newest first, one a line with size and time.</summary>
internal static class FindFilesTool
{
    internal const int MaxFiles = 200;
    internal const int MaxLooked = 200_000;

    public static ToolPrototype Prototype { get; } = new(Find, "find_files",
        "Finds files by name, such as *.cs or src/**/*.{ts,tsx}, the most recently changed first. A pattern without a slash looks at names only, in every folder. Skips links and the folders .git, bin, obj and node_modules.",
        ToolRisk.Read, Title, new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Title(AIFunctionArguments arguments) =>
        $"Find {ToolTitle.Text(arguments, "glob")}{(ToolTitle.Optional(arguments, "path") is { } path and not "." ? $" in {path}" : "")}";

    private static string Find(
        WorkDirectory directory,
        [Description("Which files: * and ? within a name, ** across folders, {a,b} for either; relative to the path.")] string glob,
        [Description("The folder to look in, relative to the work folder.")] string path = ".",
        CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(glob)) throw new ToolException("The glob is empty. Give one such as *.cs, or use list_files.");
        var filter = new FileGlob(glob);
        var folder = directory.Resolve(path);
        if (!folder.IsFolder) throw new ToolException($"There is no folder \"{folder.Shown}\". list_files with the path \".\" shows what there is.");

        // Only the newest are kept, so that a folder of a million files costs time and no memory.
        var newest = new PriorityQueue<FileInfo, (DateTime Changed, string Path)>(Comparer<(DateTime Changed, string Path)>.Create(OlderFirst));
        var (looked, found) = (0, 0);
        foreach (var entry in FolderWalk.Below(folder.Full))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++looked > MaxLooked) break;
            if (entry is not FileInfo file || FolderWalk.IsLink(file) || !directory.Reaches(directory.Inside(file.FullName)) || !filter.Matches(Path.GetRelativePath(folder.Full, file.FullName).Replace(Path.DirectorySeparatorChar, '/'))) continue;
            found++;
            newest.Enqueue(file, (file.LastWriteTimeUtc, file.FullName));
            if (newest.Count > MaxFiles) newest.Dequeue();
        }

        return Report(directory, newest, glob, found, looked);
    }

    private static int OlderFirst((DateTime Changed, string Path) one, (DateTime Changed, string Path) other) =>
        one.Changed != other.Changed ? one.Changed.CompareTo(other.Changed) : string.CompareOrdinal(other.Path, one.Path);

    private static string Report(WorkDirectory directory, PriorityQueue<FileInfo, (DateTime Changed, string Path)> newest, string glob, int found, int looked)
    {
        var lines = new List<string>();
        while (newest.TryDequeue(out var file, out var order))
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{directory.Inside(file.FullName).Shown} ({ByteSize.Text(file.Length)}, {order.Changed:yyyy-MM-dd HH:mm}Z)"));
        lines.Reverse();
        if (found == 0) lines.Add($"No file matches {glob}.");
        if (found > MaxFiles) lines.Add(string.Create(CultureInfo.InvariantCulture, $"[Only the newest {MaxFiles} of {found:N0} files are listed. Give a narrower glob, or a folder further down.]"));
        if (looked > MaxLooked) lines.Add(string.Create(CultureInfo.InvariantCulture, $"[Stopped after {MaxLooked:N0} entries. Give a folder further down.]"));
        return string.Join('\n', lines);
    }
}
