namespace TaskDashboard.App.CommandLine;

/// <summary>A table of nothing but text: columns with two spaces between them, for pipes and files.</summary>
internal static class PlainTable
{
    public static IEnumerable<string> Lines(IReadOnlyList<string> headings, IReadOnlyList<Piece[]> rows)
    {
        List<string[]> lines = [[.. headings.Select(heading => heading.ToUpperInvariant())], .. rows.Select(row => row.Select(cell => SafeText.OneLine(cell.Text)).ToArray())];
        var widths = headings.Select((_, column) => lines.Max(line => Cells.Width(line[column]))).ToArray();
        foreach (var line in lines)
        {
            yield return string.Join("  ", line.Select((cell, column) => cell + new string(' ', widths[column] - Cells.Width(cell)))).TrimEnd();
        }
    }
}
