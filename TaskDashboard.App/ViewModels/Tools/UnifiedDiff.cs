using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskDashboard.App.ViewModels.Tools;

/// <summary>A change of a file, line by line.</summary>
/// <param name="Summary">What was done, in a sentence.</param>
/// <param name="Lines">The lines, with the marks between their blocks.</param>
public sealed partial record UnifiedDiff(string Summary, IReadOnlyList<DiffLine> Lines) : ToolOutput
{
    public int Added => Lines.Count(line => line.Kind == DiffLineKind.Added);

    public int Removed => Lines.Count(line => line.Kind == DiffLineKind.Removed);

    /// <summary>Reads a sentence with a diff behind it; null when there is no diff.</summary>
    public static UnifiedDiff? TryRead(string content)
    {
        var begin = content.StartsWith("@@ ", StringComparison.Ordinal) ? 0 : content.IndexOf("\n@@ ", StringComparison.Ordinal) + 1;
        if (begin == 0 && !content.StartsWith("@@ ", StringComparison.Ordinal)) return null;
        return new UnifiedDiff(content[..begin].Trim(), Read(content[begin..]));
    }

    private static List<DiffLine> Read(string diff)
    {
        var lines = new List<DiffLine>();
        int old = 0, now = 0;
        foreach (var line in diff.Split('\n'))
        {
            if (Hunk().Match(line) is { Success: true } hunk)
            {
                (old, now) = (Number(hunk.Groups[1]), Number(hunk.Groups[2]));
                if (lines.Count > 0) lines.Add(new DiffLine(DiffLineKind.Gap, null, null, "⋯"));
                continue;
            }

            lines.Add(line switch
            {
                ['+', ..] => new DiffLine(DiffLineKind.Added, null, now++, line[1..]),
                ['-', ..] => new DiffLine(DiffLineKind.Removed, old++, null, line[1..]),
                [' ', ..] => new DiffLine(DiffLineKind.Same, old++, now++, line[1..]),
                _ => new DiffLine(DiffLineKind.Gap, null, null, line),
            });
        }

        return lines;
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")]
    private static partial Regex Hunk();
}

/// <summary>One line of a diff.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Old">Its number before; null where it was not there.</param>
/// <param name="New">Its number now; null where it is gone.</param>
/// <param name="Text">The line.</param>
public sealed record DiffLine(DiffLineKind Kind, int? Old, int? New, string Text);

/// <summary>What became of a line.</summary>
public enum DiffLineKind
{
    /// <summary>Nothing.</summary>
    Same,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>Not a line of the file: what stands between two places, or a note.</summary>
    Gap,
}
