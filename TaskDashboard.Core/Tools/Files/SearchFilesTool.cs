using System.ComponentModel;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary><c>search_files</c>: the lines that match, as <c>path:line: text</c>, in order of paths.</summary>
internal static class SearchFilesTool
{
    internal const int MaxMatches = 200;
    internal const int MaxFiles = 20_000;
    internal const int MaxShown = 240;

    public static ToolPrototype Prototype { get; } = new(Search, "search_files",
        "Searches text files for lines that match a regular expression (.NET syntax; upper and lower case differ, (?i) in front makes them the same). Skips binary files, links and the folders .git, bin, obj and node_modules.",
        ToolRisk.Read, Title, new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Title(Microsoft.Extensions.AI.AIFunctionArguments arguments) =>
        $"Search “{ToolTitle.Text(arguments, "pattern")}”{(ToolTitle.Optional(arguments, "path") is { } path and not "." ? $" in {path}" : "")}";

    private static string Search(
        WorkDirectory directory,
        [Description("A regular expression.")] string pattern,
        [Description("The folder or file to search, relative to the work folder.")] string path = ".",
        [Description("Which files, such as *.cs or src/**/*.{ts,tsx}; relative to the path.")] string? glob = null,
        CancellationToken cancellationToken = default)
    {
        var wanted = new SearchPattern(pattern);
        var filter = string.IsNullOrWhiteSpace(glob) ? null : new FileGlob(glob);
        var start = directory.Resolve(path);
        if (!start.IsFile && !start.IsFolder) throw new ToolException($"There is no file or folder \"{start.Shown}\". list_files shows what is there.");
        var search = new Report(wanted);
        foreach (var file in start.IsFile ? [start.Full] : Files(start.Full, filter))
        {
            if (search.Files == MaxFiles)
            {
                search.Stop($"Stopped after {MaxFiles} files. Search a folder further down, or give a glob.");
                break;
            }

            SearchFile(directory, directory.Inside(file), wanted, search, cancellationToken);
            if (search.IsStopped) break;
        }

        return search.ToString();
    }

    private static IEnumerable<string> Files(string folder, FileGlob? filter) =>
        from entry in FolderWalk.Below(folder)
        where entry is FileInfo && !FolderWalk.IsLink(entry)
        where filter is null || filter.Matches(Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/'))
        select entry.FullName;

    private static void SearchFile(WorkDirectory directory, WorkPath path, SearchPattern wanted, Report report, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var file = TextFile.TryOpen(directory, path, out _);
            if (file is null) return;
            report.Files++;
            using var lines = new TextLines(file);
            for (long last = 0; lines.TryRead(out var piece);)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (lines.Number == last || !wanted.IsIn(piece)) continue;
                last = lines.Number;
                if (!report.Add(path.Shown, lines.Number, piece)) return;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ToolException)
        {
            // Gone in the meantime, or not ours to read: the others are still worth searching.
            report.Unreadable++;
        }
    }

    private sealed class Report(SearchPattern wanted)
    {
        private readonly StringBuilder text = new();
        private int matches;
        private string? stopped;

        public int Files { get; set; }

        public int Unreadable { get; set; }

        public bool IsStopped => stopped is not null;

        public void Stop(string why) => stopped = $"[{why}]";

        /// <summary>False when there is room for no more.</summary>
        public bool Add(string path, long line, ReadOnlySpan<char> text)
        {
            if (matches++ == MaxMatches)
            {
                Stop($"Stopped at {MaxMatches} matching lines; there are more. Use a narrower pattern, path or glob.");
                return false;
            }

            var trimmed = text.Trim();
            var shown = trimmed.Length <= MaxShown ? trimmed.Length : char.IsHighSurrogate(trimmed[MaxShown - 1]) ? MaxShown - 1 : MaxShown;
            this.text.Append(path).Append(':').Append(line).Append(": ").Append(trimmed[..shown]).Append(shown < trimmed.Length ? "…\n" : "\n");
            return true;
        }

        public override string ToString()
        {
            var summary = matches == 0 ? $"No line matches in {Files} {(Files == 1 ? "text file" : "text files")}." : this.text.ToString(0, this.text.Length - 1);
            var unreadable = Unreadable == 0 ? null : $"[{Unreadable} {(Unreadable == 1 ? "file" : "files")} could not be read.]";
            return string.Join('\n', new[] { wanted.Note, summary, stopped, unreadable }.OfType<string>());
        }
    }
}
