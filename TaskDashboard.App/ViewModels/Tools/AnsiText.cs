using System.Globalization;
using System.Text;

namespace TaskDashboard.App.ViewModels.Tools;

/// <summary>
/// Reads what a program writes for a terminal: colours and weights (SGR, ECMA-48) become spans with classes, a lone carriage return starts its
/// line over, and everything else that only a terminal understands is dropped.
/// </summary>
public static class AnsiText
{
    /// <summary>More changes of colour than this nobody needs, and a page could not carry: the rest is plain.</summary>
    private const int MostSpans = 5_000;

    public static IReadOnlyList<AnsiSpan> Read(string text)
    {
        var spans = new List<AnsiSpan>();
        var line = new StringBuilder();
        var style = default(AnsiStyle);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\u001b':
                    var (end, codes) = Sequence(text, at);
                    if (codes is not null && spans.Count < MostSpans)
                    {
                        Flush(spans, line, style);
                        style = style.With(codes);
                    }

                    at = end;
                    break;
                case '\r' when at + 1 < text.Length && text[at + 1] == '\n':
                    break;
                case '\r':
                    StartOver(spans, line);
                    break;
                case '\b':
                    if (line.Length > 0 && line[^1] != '\n') line.Length--;
                    break;
                case '\n' or '\t':
                    line.Append(text[at]);
                    break;
                default:
                    if (!char.IsControl(text[at])) line.Append(text[at]);
                    break;
            }
        }

        Flush(spans, line, style);
        return spans;
    }

    /// <summary>Where an escape sequence ends, and its numbers when it sets a style.</summary>
    private static (int End, int[]? Codes) Sequence(string text, int start)
    {
        if (start + 1 >= text.Length) return (start, null);
        switch (text[start + 1])
        {
            case '[':
                var at = start + 2;
                while (at < text.Length && text[at] is >= ' ' and <= '?') at++;
                if (at >= text.Length || text[at] != 'm') return (Math.Min(at, text.Length - 1), null);
                var numbers = text[(start + 2)..at].Split(';', ':').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0);
                return (at, [.. numbers]);
            case ']': // A title or a link: up to BEL or ESC \.
                var bell = text.IndexOf('\a', start);
                var terminator = text.IndexOf("\u001b\\", start + 2, StringComparison.Ordinal);
                if (bell < 0 && terminator < 0) return (text.Length - 1, null);
                return (bell >= 0 && (terminator < 0 || bell < terminator) ? bell : terminator + 1, null);
            default:
                return (start + 1, null);
        }
    }

    private static void Flush(List<AnsiSpan> spans, StringBuilder line, AnsiStyle style)
    {
        if (line.Length == 0) return;
        spans.Add(new AnsiSpan(line.ToString(), style.Classes));
        line.Clear();
    }

    /// <summary>What stands on the present line is written over.</summary>
    private static void StartOver(List<AnsiSpan> spans, StringBuilder line)
    {
        for (var index = line.Length - 1; index >= 0; index--)
        {
            if (line[index] != '\n') continue;
            line.Length = index + 1;
            return;
        }

        line.Clear();
        while (spans.Count > 0)
        {
            var last = spans[^1];
            var breakAt = last.Text.LastIndexOf('\n');
            spans.RemoveAt(spans.Count - 1);
            if (breakAt < 0) continue;
            spans.Add(last with { Text = last.Text[..(breakAt + 1)] });
            return;
        }
    }
}

/// <summary>Text of one style.</summary>
/// <param name="Text">The text.</param>
/// <param name="Classes">Its classes; null for none.</param>
public sealed record AnsiSpan(string Text, string? Classes);
