using System.Globalization;

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

        // Enough of a long message for 50 text elements; the rest cannot change the title.
        var head = message.Length > 4096 ? message[..4096] : message;
        var folded = string.Join(' ', head.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (folded.Length <= MaxLength) return folded;

        var elements = StringInfo.GetTextElementEnumerator(folded);
        var count = 0;
        while (elements.MoveNext())
        {
            if (count++ == MaxLength) return string.Concat(folded.AsSpan(0, elements.ElementIndex), "…");
        }

        return folded;
    }
}
