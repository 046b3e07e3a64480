using System.Globalization;
using System.Text;

namespace TaskDashboard.Core.Tasks;

/// <summary>The rule by which a task without a title gets one.</summary>
public static class TaskTitle
{
    /// <summary>Longest derived title, in characters as people count them, before the "…".</summary>
    public const int MaxLength = 50;

    /// <summary>Longest title that may be given by hand, in UTF-16 units.</summary>
    public const int MaxGivenLength = 200;

    /// <summary>The first message with its white space folded, cut behind 50 characters with "…" where there was more.</summary>
    /// <remarks>Counts text elements, so that a surrogate pair or a combined character is never cut in two.</remarks>
    public static string FromMessage(string message)
    {
        ArgumentNullException.ThrowIfNull(message);

        // A message may be a megabyte; its beginning is enough unless it is mostly white space or very long characters.
        var folded = Fold(message, MaxLength * 4);
        if (folded.Length <= MaxLength) return folded;
        if (CutIndex(folded) is { } cut) return string.Concat(folded.AsSpan(0, cut), "…");

        folded = Fold(message, int.MaxValue);
        return CutIndex(folded) is { } later ? string.Concat(folded.AsSpan(0, later), "…") : folded;
    }

    /// <summary>The text with each run of white space as one space, up to so many characters.</summary>
    private static string Fold(string text, int limit)
    {
        var folded = new StringBuilder(Math.Min(text.Length, limit));
        foreach (var character in text)
        {
            if (folded.Length >= limit) break;
            if (!char.IsWhiteSpace(character)) folded.Append(character);
            else if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
        }

        return folded.ToString().TrimEnd();
    }

    /// <summary>Where the 51st text element begins; null when there is none.</summary>
    private static int? CutIndex(string folded)
    {
        var elements = StringInfo.GetTextElementEnumerator(folded);
        var count = 0;
        while (elements.MoveNext())
        {
            if (count++ == MaxLength) return elements.ElementIndex;
        }

        return null;
    }
}
