using System.Text;

namespace TaskDashboard.Core.Storage;

/// <summary>Prepares text and queries for full-text search.</summary>
/// <remarks>
/// The tokenizer takes a run of Chinese, Japanese or Korean characters for one word, under which nobody would find anything. So each such
/// character is set apart as a word of its own, and a run of them in a query becomes a phrase.
/// </remarks>
internal static class SearchText
{
    /// <summary>Longest text of one message that is indexed, in UTF-16 units; words behind it are not found.</summary>
    public const int MaxIndexed = 64 * 1024;

    /// <summary>Text as it goes into the index.</summary>
    public static string ForIndex(string text)
    {
        if (text.Length > MaxIndexed) text = text[..MaxIndexed];
        return text.AsSpan().IndexOfAnyInRange('\u2e80', '\uffef') < 0 ? text : SetApart(text);
    }

    /// <summary>The query in FTS5's syntax: every word must occur, the last one as a beginning. Null when it holds no word.</summary>
    public static string? ForQuery(string query)
    {
        var words = new List<string>();
        foreach (var word in Printable(query).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            // Quoted, nothing in a word is an operator. What has no letter or digit is no word to the tokenizer either.
            if (word.Any(char.IsLetterOrDigit)) words.Add($"\"{ForIndex(word).Replace("\"", "\"\"", StringComparison.Ordinal).Trim()}\"");
        }

        return words.Count == 0 ? null : string.Join(" AND ", words) + "*";
    }

    /// <summary>A NUL would end the query in the middle of a quoted word; no other control character is part of one either.</summary>
    private static string Printable(string query) => query.Any(char.IsControl) ? string.Concat(query.Select(character => char.IsControl(character) ? ' ' : character)) : query;

    private static string SetApart(string text)
    {
        var apart = new StringBuilder(text.Length * 2);
        foreach (var character in text)
        {
            if (character is >= '\u2e80' and <= '\u9fff' or >= '\uac00' and <= '\ud7af' or >= '\uf900' and <= '\ufaff') apart.Append(' ').Append(character).Append(' ');
            else apart.Append(character);
        }

        return apart.ToString();
    }
}
