using System.ComponentModel;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Tools.Files;

/// <summary><c>search_files</c>: the lines that match, as <c>path:line: text</c>, in order of paths.</summary>
internal sealed class SearchFilesTool
{
    internal const int MaxFiles = 20_000;

    private readonly Ripgrep? ripgrep;

    /// <param name="ripgrep">Narrows large folders down to the files worth reading; without it all are read.</param>
    public SearchFilesTool(Ripgrep? ripgrep)
    {
        this.ripgrep = ripgrep;
        Prototype = new(SearchAsync, "search_files",
            "Searches text files for lines that match a regular expression (.NET syntax; upper and lower case differ, (?i) in front makes them the same). Skips binary files, links and the folders .git, bin, obj and node_modules.",
            ToolRisk.Read, Title, new ToolSubject(ToolSubjectKind.Path, "path"));
    }

    public ToolPrototype Prototype { get; }

    private static string Title(AIFunctionArguments arguments) =>
        $"Search “{ToolTitle.Text(arguments, "pattern")}”{(ToolTitle.Optional(arguments, "path") is { } path and not "." ? $" in {path}" : "")}";

    private async Task<string> SearchAsync(
        WorkDirectory directory,
        ToolContext context,
        [Description("A regular expression.")] string pattern,
        [Description("The folder or file to search, relative to the work folder.")] string path = ".",
        [Description("Which files, such as *.cs or src/**/*.{ts,tsx}; relative to the path.")] string? glob = null,
        CancellationToken cancellationToken = default)
    {
        var wanted = new SearchPattern(pattern);
        var filter = string.IsNullOrWhiteSpace(glob) ? null : new FileGlob(glob);
        var start = directory.Resolve(path);
        if (!start.IsFile && !start.IsFolder) throw new ToolException($"There is no file or folder \"{start.Shown}\". list_files shows what is there.");
        if (start.IsFolder && ripgrep is not null
            && await ripgrep.LookAsync(start.Full, wanted, filter is null ? null : glob, context.Processes, cancellationToken) is { } found
            && SearchFound(directory, start, filter, wanted, found, cancellationToken) is { } report)
        {
            return report.ToString();
        }

        return SearchAll(directory, start, filter, wanted, cancellationToken).ToString();
    }

    private static SearchReport SearchAll(WorkDirectory directory, WorkPath start, FileGlob? filter, SearchPattern wanted, CancellationToken cancellationToken)
    {
        var report = new SearchReport(wanted);
        foreach (var file in start.IsFile ? [start.Full] : Files(start.Full, filter))
        {
            if (report.Files == MaxFiles)
            {
                report.Stop($"Stopped after {MaxFiles} files. Search a folder further down, or give a glob.");
                break;
            }

            report.Files++;
            SearchFile(directory, directory.Inside(file), wanted, report, cancellationToken);
            if (report.IsStopped) break;
        }

        return report;
    }

    /// <summary>Null when what was found is not enough to tell what a search of all files would.</summary>
    private static SearchReport? SearchFound(
        WorkDirectory directory, WorkPath start, FileGlob? filter, SearchPattern wanted, RipgrepAnswer found, CancellationToken cancellationToken)
    {
        var report = new SearchReport(wanted);
        foreach (var name in found.Paths)
        {
            if (filter?.Matches(name.Replace(Path.DirectorySeparatorChar, '/')) == false) continue;
            SearchFile(directory, directory.Inside(Path.Join(start.Full, name)), wanted, report, cancellationToken);
            if (report.IsStopped) return report;
        }

        if (found.IsTimedOut) report.Stop("Stopped because it took too long. Search a folder further down, or give a glob.");
        else if (!found.IsWhole) return null;
        if (!report.HasMatches) report.Files = Files(start.Full, filter).Count();
        return report;
    }

    private static IEnumerable<string> Files(string folder, FileGlob? filter) =>
        from entry in FolderWalk.Below(folder)
        where entry is FileInfo && !FolderWalk.IsLink(entry)
        where filter is null || filter.Matches(Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'))
        select entry.FullName;

    private static void SearchFile(WorkDirectory directory, WorkPath path, SearchPattern wanted, SearchReport report, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var file = TextFile.TryOpen(directory, path, out _);
            if (file is null) return;
            using var lines = new TextLines(file);
            for (long last = 0; lines.TryRead(out var piece);)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (lines.Number == last || !wanted.IsIn(piece)) continue;
                last = lines.Number;
                if (!report.Add(path.Shown, lines.Number, piece)) return;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ToolException { InnerException: not RegexMatchTimeoutException })
        {
            // Gone in the meantime, or not ours to read: the others are still worth searching. Not so with a pattern that takes too long.
            report.Unreadable++;
        }
    }
}
