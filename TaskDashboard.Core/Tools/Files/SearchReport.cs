using System.Globalization;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>The lines that a search found, up to a bound, and what there is to say about the search.</summary>
internal sealed class SearchReport(SearchPattern wanted)
{
    internal const int MaxMatches = 200;
    internal const int MaxShown = 240;

    private readonly StringBuilder text = new();
    private int matches;
    private string? stopped;

    /// <summary>How many files were looked at.</summary>
    public int Files { get; set; }

    public int Unreadable { get; set; }

    public bool HasMatches => matches > 0;

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
        var summary = HasMatches
            ? text.ToString(0, text.Length - 1)
            : string.Create(CultureInfo.InvariantCulture, $"No line matches in {Files} {(Files == 1 ? "file" : "files")}.");
        var unreadable = Unreadable == 0 ? null : $"[{Unreadable} {(Unreadable == 1 ? "file" : "files")} could not be read.]";
        return string.Join('\n', new[] { wanted.Note, summary, stopped, unreadable }.OfType<string>());
    }
}
