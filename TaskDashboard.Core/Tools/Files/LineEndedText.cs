using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// A text in which "\r\n" is found by "\n" as well: models see and write the latter. What is replaced takes on the line ends of
/// its surroundings; all else keeps its own, also where a file has both kinds.
/// </summary>
internal sealed class LineEndedText
{
    private readonly string text;
    private readonly string plain;
    private readonly List<int> removed = [];

    public LineEndedText(string text)
    {
        this.text = text;
        var plain = new StringBuilder(text.Length);
        var start = 0;
        for (int at; (at = text.IndexOf("\r\n", start, StringComparison.Ordinal)) >= 0; start = at + 1)
        {
            plain.Append(text, start, at - start);
            removed.Add(plain.Length);
        }

        this.plain = removed.Count == 0 ? text : plain.Append(text, start, text.Length - start).ToString();
    }

    /// <summary>Where a text occurs, from left to right, none overlapping the one before it.</summary>
    public IReadOnlyList<Range> Find(string wanted)
    {
        var plain = Plain(wanted);
        var found = new List<Range>();
        for (int start = 0, at; (at = this.plain.IndexOf(plain, start, StringComparison.Ordinal)) >= 0; start = at + plain.Length)
            found.Add(Original(at)..Original(at + plain.Length));
        return found;
    }

    /// <summary>The text with those places replaced.</summary>
    public string Replace(IReadOnlyList<Range> places, string replacement)
    {
        var result = new StringBuilder(this.text.Length);
        var start = 0;
        foreach (var place in places)
        {
            result.Append(this.text, start, place.Start.Value - start).Append(WithLineEnd(replacement, LineEndAt(place)));
            start = place.End.Value;
        }

        return result.Append(this.text, start, this.text.Length - start).ToString();
    }

    /// <summary>Number of the line that a place begins in, from 1.</summary>
    public int LineOf(Range place) => this.text.AsSpan(0, place.Start.Value).Count('\n') + 1;

    private static string Plain(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string WithLineEnd(string text, string? lineEnd) => lineEnd is null ? text : Plain(text).Replace("\n", lineEnd, StringComparison.Ordinal);

    /// <summary>The first line end in a place, or else the nearest after or before it; null in a text of one line.</summary>
    private string? LineEndAt(Range place)
    {
        var at = this.text.IndexOf('\n', place.Start.Value);
        if (at < 0 && place.Start.Value > 0) at = this.text.LastIndexOf('\n', place.Start.Value - 1);
        if (at < 0) return null;
        return at > 0 && this.text[at - 1] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>From a position in the plain text to the one in the real text: further by each carriage return removed before it.</summary>
    private int Original(int plain)
    {
        var index = removed.BinarySearch(plain);
        return plain + (index >= 0 ? index : ~index);
    }
}
