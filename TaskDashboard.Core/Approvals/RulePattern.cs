using System.Text.RegularExpressions;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>
/// Matches what a call is about against the pattern of a rule. A pattern without <c>*</c> is the whole text. In a path, <c>*</c> stands for anything
/// within one folder and <c>**</c> for any depth; in an address, for anything but what would lead to another host; in a command, for
/// anything but what a shell reads as more than plain words, so that <c>git status *</c> never lets <c>git status; rm -rf .</c> through.
/// Where a rule refuses, doubt goes the other way: <c>*</c> is anything at all, and a command is meant wherever it stands in a line.
/// </summary>
public static partial class RulePattern
{
    private const int MaxLength = 2_000;
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>What is wrong with a pattern, in a sentence; null when nothing is.</summary>
    public static string? Problem(string? pattern) => pattern switch
    {
        null => null,
        _ when string.IsNullOrWhiteSpace(pattern) => "pattern is empty. Leave it out to mean every call of the tool.",
        { Length: > MaxLength } => $"pattern is longer than {MaxLength} characters.",
        _ => null,
    };

    /// <summary>Does the rule's pattern mean this call?</summary>
    /// <param name="pattern">The pattern; null means every call.</param>
    /// <param name="kind">What the call is about; null where its tool has no such thing, and then only null means it.</param>
    /// <param name="subject">The command, path or address, as the call has it.</param>
    public static bool Matches(string? pattern, ToolSubjectKind? kind, string? subject) => Matches(pattern, kind, subject, isExact: false, refuses: false);

    /// <summary>Does the rule mean this call?</summary>
    internal static bool Means(ApprovalRule rule, ToolSubjectKind? kind, string? subject)
    {
        if (Matches(rule.Pattern, kind, subject, rule.IsExact, refuses: !rule.Allows)) return true;

        // However a command is chained, piped or put into another one: what is refused stays refused.
        return !rule.Allows && kind == ToolSubjectKind.Command && subject is not null
            && Chains().Split(subject).Any(part => Matches(rule.Pattern, kind, part, rule.IsExact, refuses: true));
    }

    private static bool Matches(string? pattern, ToolSubjectKind? kind, string? subject, bool isExact, bool refuses)
    {
        if (pattern is null) return true;
        if (kind is null || subject is null) return false;
        var (wanted, found) = kind == ToolSubjectKind.Path ? (PlainPath(pattern), PlainPath(subject)) : (pattern.Trim(), subject.Trim());
        if (wanted is null || found is null) return false;
        var ignoresCase = refuses && kind == ToolSubjectKind.Address;
        if (wanted.Equals(found, ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)) return true;
        if (isExact || !wanted.Contains('*', StringComparison.Ordinal)) return false;
        var wildcard = kind switch
        {
            ToolSubjectKind.Path => @"[^/]*",
            _ when refuses => ".*",
            ToolSubjectKind.Command => @"[^;&|<>$`\\(){}\[\]!#~*?\r\n\0]*",
            ToolSubjectKind.Address => @"[^\s\\@]*",
            _ => throw new InvalidOperationException($"There are no patterns for {kind}."),
        };
        if (kind == ToolSubjectKind.Address && !refuses && !HasWholeHost(wanted)) return false;
        var expression = Wildcards().Replace(Regex.Escape(wanted), star => star.Value.Length > 2 && kind == ToolSubjectKind.Path ? ".*" : wildcard);
        if (kind == ToolSubjectKind.Path) expression = expression.Replace(".*/", "(.*/)?", StringComparison.Ordinal);
        try
        {
            return Regex.IsMatch(found, $@"\A{expression}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | (ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None), MatchTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that cannot be decided in time lets nothing through: a person is asked, or the call is refused.
            return refuses;
        }
    }

    /// <summary>A relative path without detours; null for one that climbs out or is not plain.</summary>
    private static string? PlainPath(string path)
    {
        var segments = path.Trim().Replace('\\', '/').Split('/').Where(segment => segment is not ("" or ".")).ToList();
        return segments.Contains("..") ? null : (path.StartsWith('/') ? "/" : "") + string.Join('/', segments);
    }

    /// <summary>A star in the host's place would mean hosts that nobody thought of: the host has to be spelled out.</summary>
    private static bool HasWholeHost(string pattern)
    {
        var scheme = pattern.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return false;
        var host = pattern[(scheme + 3)..];
        var end = host.IndexOfAny(['/', '?', '#']);
        return end > 0 && !host[..end].Contains('*', StringComparison.Ordinal);
    }

    /// <summary>Where a shell may begin another command.</summary>
    [GeneratedRegex(@"[;&|\r\n(){}`$<>]+", RegexOptions.CultureInvariant)]
    private static partial Regex Chains();

    [GeneratedRegex(@"(\\\*)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Wildcards();
}
