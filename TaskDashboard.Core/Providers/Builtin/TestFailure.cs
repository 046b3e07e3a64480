using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskDashboard.Core.Providers;

/// <summary>What the output of a test run says is wrong, and where.</summary>
/// <param name="Path">The file that it names, as it names it.</param>
/// <param name="Line">The line in it, from 1.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="Found">What is there instead.</param>
internal sealed partial record TestFailure(string Path, int Line, string Expected, string Found)
{
    /// <summary>How many lines may lie between a place and what was expected there: frames of a stack, mostly.</summary>
    private const int MostBetween = 15;

    /// <summary>How many lines behind "expected" the "actual" may be.</summary>
    private const int MostBehind = 3;

    private const int LongestLine = 2_000;

    private const string Value = """("(?<{0}>[^"]*)"|'(?<{0}>[^']*)'|`(?<{0}>[^`]*)`|“(?<{0}>[^”]*)”|<(?<{0}>[^>]*)>|(?<{0}>[^\s"'`“<,;:][^,;]*?))""";

    private static readonly Regex OneLine = Rule(
        $@"\bexpected( (value|output|text|result|line))?\s*(:|=|to be|to equal)?\s*{Named("expected")}\s*[,;.]?\s*(\b(but|and|instead)\s+)?\b(it\s+)?(was|were|found|got|actual(ly)?|received)(\s+(was|is|got))?\b\s*[:=]?\s*{Named("found")}[\s.!;)]*$");

    private static readonly Regex ExpectedLine = Rule($@"\bexpected( (value|output|text|result|line))?\s*[:=]?\s*{Named("expected")}[\s,;]*$");

    private static readonly Regex FoundLine = Rule($@"\b(but was|actual(ly)?|received|got|found)( (value|output|text|result|line))?\s*[:=]?\s*{Named("found")}[\s.]*$");

    /// <summary>Whether it is the test that it points to, rather than what is tested.</summary>
    public bool IsInTest => TestFile().IsMatch(Path.Replace('\\', '/'));

    /// <summary>Looks for a place together with what was expected and found there; one outside of the tests is preferred, then the nearest.</summary>
    public static TestFailure? Find(string output)
    {
        var lines = output.Split('\n').Select(line => line.Length > LongestLine ? line[..LongestLine] : line.TrimEnd('\r')).ToArray();
        var places = Places(lines).ToArray();
        var failures =
            from difference in Differences(lines)
            from place in places
            let distance = Math.Abs(place.At - difference.At)
            where distance <= MostBetween
            let failure = new TestFailure(place.Path, place.Line, difference.Expected, difference.Found)
            orderby failure.IsInTest, difference.At, distance
            select failure;
        return failures.FirstOrDefault();
    }

    private static IEnumerable<(int At, string Path, int Line)> Places(string[] lines)
    {
        for (var at = 0; at < lines.Length; at++)
        {
            foreach (Match match in Place().Matches(lines[at]))
            {
                if (int.TryParse(match.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > 0) yield return (at, match.Groups["path"].Value, line);
            }
        }
    }

    private static IEnumerable<(int At, string Expected, string Found)> Differences(string[] lines)
    {
        for (var at = 0; at < lines.Length; at++)
        {
            if (!lines[at].Contains("expected", StringComparison.OrdinalIgnoreCase)) continue;
            if (OneLine.Match(lines[at]) is { Success: true } both)
            {
                yield return (at, both.Groups["expected"].Value, both.Groups["found"].Value);
                continue;
            }

            if (ExpectedLine.Match(lines[at]) is not { Success: true } expected) continue;
            for (var below = at + 1; below <= at + MostBehind && below < lines.Length; below++)
            {
                if (FoundLine.Match(lines[below]) is not { Success: true } found) continue;
                yield return (at, expected.Groups["expected"].Value, found.Groups["found"].Value);
                break;
            }
        }
    }

    private static string Named(string name) => Value.Replace("{0}", name, StringComparison.Ordinal);

    private static Regex Rule(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    /// <summary><c>src/a.txt:3</c>, <c>a.ts:3:14</c>, <c>A.cs:line 3</c>, <c>A.cs(3,14)</c>, <c>File "a.py", line 3</c>.</summary>
    [GeneratedRegex(@"(?<![\w/\\.:-])(?<path>([A-Za-z]:)?[\w./\\@+-]*\.?[\w-]+\.\w+)(:(line )?(?<line>\d{1,7})\b|\((?<line>\d{1,7})(,\d+)?\))|""(?<path>[^""]+)"", line (?<line>\d{1,7})\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Place();

    [GeneratedRegex(@"(^|/)(tests?|specs?|__tests__)/|(^|[/._-])(tests?|specs?)[._-][^/]*$|[._-](tests?|specs?)\.\w+$|(Tests?|Specs?)\.\w+$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex TestFile();
}
