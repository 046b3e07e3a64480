using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// A summary made only of what stands in the file: its size, its headings, and the first sentences of its paragraphs; for source
/// code, what it declares. No understanding is claimed.
/// </summary>
internal static partial class ExtractiveSummary
{
    private const int MostHeadings = 12;
    private const int MostSentences = 5;
    private const int LongestSentence = 240;

    public static string Of(string path, string content)
    {
        var lines = content.ReplaceLineEndings("\n").Split('\n');
        var headings = Headings(lines);
        var declarations = headings.Count == 0 ? Declarations(lines) : [];
        var summary = new StringBuilder();
        summary.Append(CultureInfo.InvariantCulture, $"**{path}** has {Count(content)}.\n");
        if (headings.Count > 0) AddList(summary, "Its headings:", headings, MostHeadings);
        if (declarations.Count > 0) AddList(summary, "It declares:", declarations, MostHeadings);
        var sentences = declarations.Count > 0 ? [] : Sentences(lines);
        if (sentences.Count > 0) AddList(summary, "What its paragraphs begin with:", sentences, MostSentences);
        return summary.ToString().TrimEnd('\n');
    }

    /// <summary>Lines, words and characters, in words.</summary>
    public static string Count(string content)
    {
        var lines = content.Length == 0 ? 0 : content.AsSpan().Count('\n') + (content[^1] == '\n' ? 0 : 1);
        var words = content.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return string.Create(CultureInfo.InvariantCulture, $"{Plural(lines, "line")}, {Plural(words, "word")} and {Plural(content.EnumerateRunes().Count(), "character")}");
    }

    [GeneratedRegex(@"^\s*((public|internal|private|protected|static|sealed|abstract|export|default|async|pub)\s+)*(class|record|interface|struct|enum|def|fn|func|function|trait|impl|namespace|module|CREATE TABLE)\s+[\w.<]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^(?<first>.+?[.!?。！？])(\s|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Sentence();

    private static string Plural(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    private static List<string> Headings(string[] lines)
    {
        List<string> headings = [];
        var fenced = false;
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index].StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
            if (fenced) continue;
            var marks = lines[index].Length - lines[index].TrimStart('#').Length;
            if (marks is >= 1 and <= 6 && lines[index].Length > marks && lines[index][marks] == ' ') headings.Add(lines[index][marks..].Trim(' ', '#'));
            else if (index > 0 && lines[index - 1].Trim().Length > 0 && lines[index].Length >= 3 && lines[index].All(c => c == '=')) headings.Add(lines[index - 1].Trim());
        }

        return headings;
    }

    private static List<string> Declarations(string[] lines) =>
        [.. lines.Select(line => Declaration().Match(line)).Where(match => match.Success).Select(match => $"`{match.Value.Trim()}`").Distinct()];

    private static List<string> Sentences(string[] lines)
    {
        List<string> sentences = [];
        var paragraph = new StringBuilder();
        var fenced = false;
        foreach (var line in lines.Append(""))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
            var text = line.Trim();
            if (!fenced && text.Length > 0 && !text.StartsWith('#') && !text.StartsWith('|') && !text.StartsWith("```", StringComparison.Ordinal) && text.Any(char.IsLetter))
            {
                paragraph.Append(paragraph.Length == 0 ? "" : " ").Append(text.TrimStart('-', '*', '>', ' '));
                continue;
            }

            if (paragraph.Length > 0) sentences.Add(First(paragraph.ToString()));
            paragraph.Clear();
        }

        return sentences;
    }

    private static string First(string paragraph)
    {
        var match = Sentence().Match(paragraph);
        var first = match.Success ? match.Groups["first"].Value : paragraph;
        return first.Length <= LongestSentence ? first : string.Concat(first.AsSpan(0, LongestSentence), "…");
    }

    private static void AddList(StringBuilder summary, string title, List<string> items, int most)
    {
        summary.Append('\n').Append(title).Append('\n');
        foreach (var item in items.Take(most)) summary.Append("- ").Append(item).Append('\n');
        if (items.Count > most) summary.Append(CultureInfo.InvariantCulture, $"- … and {items.Count - most} more\n");
    }
}
