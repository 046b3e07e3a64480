using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>Takes lists in plain words apart: the steps of a plan, the answers to a question.</summary>
internal static partial class InstructionItems
{
    /// <summary>"a, b or c" as three texts, without the quotes around them.</summary>
    public static IReadOnlyList<string> Of(string list) =>
        [.. Comma().Split(list).Select(item => item.Trim().Trim('"', '`', '“', '”').Trim()).Where(item => item.Length > 0)];

    /// <summary>A question and the answers that it offers, in parentheses at its end or behind a colon; fewer than two are none.</summary>
    public static (string Question, IReadOnlyList<string> Options) Options(string text)
    {
        if ((Parentheses().Match(text) is { Success: true } match || (match = Colon().Match(text)).Success) && Of(match.Groups["options"].Value) is { Count: > 1 } options)
            return (match.Groups["question"].Value.Trim() + match.Groups["mark"].Value, options);
        return (text, []);
    }

    [GeneratedRegex(@"\s*,\s*(or\s+|and\s+)?|\s+or\s+|\s*[、，]\s*|\s*或(者)?\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Comma();

    [GeneratedRegex(@"^(?<question>[^()]+)\((?<options>[^()]+)\)\s*(?<mark>[?？]?)[.\s]*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"^(?<question>(whether|which|what|if|how|who|when|where)\b[^:]*):\s+(?<options>[^:?]+?)(?<mark>[?？]?)[.\s]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Colon();
}
