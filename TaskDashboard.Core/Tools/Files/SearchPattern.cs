using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>What is searched for: a regular expression with a bound on its time, or plain text where it is not a valid one.</summary>
internal sealed class SearchPattern
{
    private const int MaxLength = 1_000;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(500);

    private readonly Regex? regex;

    /// <param name="pattern">As the model gave it.</param>
    /// <param name="timeout">Longest time of one match; half a second when none is given.</param>
    public SearchPattern(string pattern, TimeSpan? timeout = null)
    {
        if (pattern.Length == 0) throw new ToolException("The pattern is empty. Give a regular expression or a text to search for.");
        if (pattern.Length > MaxLength) throw new ToolException($"The pattern is longer than {MaxLength} characters. Search for a shorter one.");
        Text = pattern;
        try
        {
            regex = new(pattern, RegexOptions.CultureInvariant, timeout ?? MatchTimeout);
        }
        catch (RegexParseException failure)
        {
            Note = $"[\"{pattern}\" is not a valid regular expression ({failure.Error}, at character {failure.Offset}), so it was searched for as plain text.]";
        }
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Whether it is searched for as plain text.</summary>
    public bool IsPlain => regex is null;

    /// <summary>What the model must know about how the pattern was understood; null when it was as it asked.</summary>
    public string? Note { get; }

    /// <exception cref="ToolException">The expression takes too long on this text.</exception>
    public bool IsIn(ReadOnlySpan<char> line)
    {
        if (regex is null) return line.Contains(Text, StringComparison.Ordinal);
        try
        {
            return regex.IsMatch(line);
        }
        catch (RegexMatchTimeoutException failure)
        {
            throw new ToolException($"The pattern \"{Text}\" takes too long on a line of {line.Length} characters. Use a simpler one, without a repeat inside a repeat such as (a+)+.", failure);
        }
    }
}
