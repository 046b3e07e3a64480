using System.Text;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// Text of models, tools and other people, made fit for a terminal: no control characters (C0, DEL, C1), with which it could move the cursor, change the
/// title or answer for the person, and none of those that turn the order of what is read around. Line feeds and tabs stay.
/// </summary>
internal static class SafeText
{
    private const string Tab = "    ";

    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var first = 0;
        while (first < text.Length && IsHarmless(text[first])) first++;
        if (first == text.Length) return text;

        var safe = new StringBuilder(text.Length).Append(text, 0, first);
        foreach (var character in text.AsSpan(first))
        {
            if (IsHarmless(character)) safe.Append(character);
        }

        return safe.ToString();
    }

    /// <summary>The same on one line, for tables and lists.</summary>
    public static string OneLine(string? text) => Of(text).ReplaceLineEndings(" ").Replace('\t', ' ').Trim();

    /// <summary>The same with its spaces at both ends, for a part of a line.</summary>
    public static string OneLineAsIs(string? text) => WithoutTabs(Of(text)).Replace('\n', ' ');

    /// <summary>The same with spaces for tabs, whose width only the terminal knows.</summary>
    public static string WithoutTabs(string text) => text.Replace("\t", Tab, StringComparison.Ordinal);

    private static bool IsHarmless(char character) =>
        character is '\n' or '\t' || !(char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
}
