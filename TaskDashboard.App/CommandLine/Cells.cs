using Spectre.Console.Rendering;

namespace TaskDashboard.App.CommandLine;

/// <summary>Text measured in columns of a terminal, of which many characters take two and some none.</summary>
internal static class Cells
{
    public static int Width(string text) => text.Length == 0 ? 0 : new Segment(text).CellCount();

    /// <summary>The pieces on one line of so many columns, with "…" where something had to go.</summary>
    public static Piece[] Fit(IReadOnlyList<Piece> pieces, int room)
    {
        var fitting = new List<Piece>(pieces.Count);
        foreach (var piece in pieces)
        {
            var text = SafeText.OneLineAsIs(piece.Text);
            var width = Width(text);
            if (width > room)
            {
                fitting.Add(piece with { Text = Cut(text, room) });
                break;
            }

            fitting.Add(piece with { Text = text });
            room -= width;
        }

        return [.. fitting];
    }

    /// <summary>The text in so many columns, with "…" at its end where it is longer.</summary>
    public static string Cut(string text, int room)
    {
        if (Width(text) <= room) return text;
        return room <= 0 ? "" : text[..LengthOf(text, room - 1)] + "…";
    }

    /// <summary>How many characters of it go into so many columns; a character is never torn.</summary>
    public static int LengthOf(string text, int room)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            room -= Width(rune.ToString());
            if (room < 0) break;
            length += rune.Utf16SequenceLength;
        }

        return Math.Min(length, text.Length);
    }

    /// <summary>Takes the first line of so many columns off, at a space where there is one; null while all of it goes into one line.</summary>
    public static (string Line, string Remainder)? Wrap(string text, int room)
    {
        if (Width(text) <= room) return null;
        var length = Math.Max(1, LengthOf(text, room));
        var space = text.LastIndexOf(' ', Math.Min(length, text.Length - 1));
        return space > 0 ? (text[..space], text[(space + 1)..]) : (text[..length], text[length..]);
    }
}
