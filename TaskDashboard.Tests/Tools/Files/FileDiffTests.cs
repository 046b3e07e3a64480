using System.Diagnostics;
using System.Text;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class FileDiffTests
{
    [Theory]
    [InlineData("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c")]
    [InlineData("a\nb\n", "a\nx\nb\n", "@@ -1,2 +1,3 @@\n a\n+x\n b")]
    [InlineData("a\nb\nc\n", "a\nc\n", "@@ -1,3 +1,2 @@\n a\n-b\n c")]
    [InlineData("b\nb\n", "b\n", "@@ -1,2 +1,1 @@\n b\n-b")]
    [InlineData("a", "b", "@@ -1,1 +1,1 @@\n-a\n+b")]
    [InlineData("a\n\n", "a\n", "@@ -1,2 +1,1 @@\n a\n-")]
    public void Change_IsShownWithTheLinesAroundIt(string before, string after, string diff) => Assert.Equal(diff, FileDiff.Of(before, after));

    [Fact]
    public void SameText_HasNoDiff()
    {
        Assert.Equal("", FileDiff.Of("a\n", "a\n"));
        Assert.Equal("Done.", FileDiff.Behind("Done.", "a\n", "a\n"));
    }

    [Fact]
    public void EmptyText_HasSpansOfNoLines()
    {
        Assert.Equal("@@ -0,0 +1,2 @@\n+a\n+b", FileDiff.Of("", "a\nb\n"));
        Assert.Equal("@@ -1,2 +0,0 @@\n-a\n-b", FileDiff.Of("a\nb", ""));
    }

    [Fact]
    public void ChangesFarApart_AreInBlocksOfTheirOwn_NearOnesInOne()
    {
        var before = Lines(1, 60);
        var after = before.Replace("line 10\n", "ten\n", StringComparison.Ordinal).Replace("line 16\n", "", StringComparison.Ordinal).Replace("line 50\n", "fifty\n", StringComparison.Ordinal);

        var diff = FileDiff.Of(before, after).Split('\n');

        Assert.Equal(["@@ -7,13 +7,12 @@", "@@ -47,7 +46,7 @@"], diff.Where(line => line.StartsWith('@')));
        Assert.Equal(["-line 10", "+ten", "-line 16", "-line 50", "+fifty"], diff.Where(line => line[0] is '-' or '+'));
        Assert.Equal(" line 7", diff[1]);
        Assert.Equal(" line 53", diff[^1]);
    }

    [Fact]
    public void LineEndAtTheEnd_ThatComesOrGoes_IsSeen()
    {
        Assert.Equal("@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b", FileDiff.Of("a\nb", "a\nb\n"));
        Assert.Equal("@@ -1,1 +1,1 @@\n-b\n+b\n\\ No newline at end of file", FileDiff.Of("b\n", "b"));
    }

    [Fact]
    public void CarriageReturns_AreNotShown_AndAChangeOfThemIsSaid()
    {
        Assert.Equal("@@ -1,2 +1,2 @@\n-a\n+A\n b", FileDiff.Of("a\r\nb\r\n", "A\r\nb\r\n"));
        Assert.Equal("… only the line ends changed: CRLF before, LF now", FileDiff.Of("a\r\nb\r\n", "a\nb\n"));
        Assert.Equal("@@ -1,2 +1,2 @@\n-a\n+A\n b\n… the line ends changed too: LF before, CRLF now", FileDiff.Of("a\nb\n", "A\r\nb\r\n"));
    }

    [Fact]
    public void LongDiff_IsBoundedInLinesAndInBytes_AndSaysHowMuchIsLeft()
    {
        var many = FileDiff.Of("", Lines(1, 1_000)).Split('\n');
        Assert.Equal(FileDiff.MaxLines + 1, many.Length);
        Assert.Equal("… 801 more changed lines", many[^1]);

        var wide = FileDiff.Of("", string.Concat(Enumerable.Repeat(new string('ü', 5_000) + "\n", 100)));
        Assert.InRange(Encoding.UTF8.GetByteCount(wide), 1, FileDiff.MaxBytes + 40);
        Assert.EndsWith("more changed lines", wide, StringComparison.Ordinal);
    }

    [Fact]
    public void LargeFiles_TakeNoTime_WhetherLittleChangedOrEverything()
    {
        var large = Lines(1, 400_000);
        var clock = Stopwatch.StartNew();

        Assert.StartsWith("@@ -199997,7 +199997,7 @@", FileDiff.Of(large, large.Replace("line 200000\n", "x\n", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("… too many lines changed to compare them: 400,000 before, 400,000 now", FileDiff.Of(large, large.Replace("line", "word", StringComparison.Ordinal)));
        Assert.Contains("… 3,801 more changed lines", FileDiff.Of(Lines(1, 2_000), Lines(5_001, 7_000)), StringComparison.Ordinal);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
    }

    [Fact]
    public void AnyChange_CanBeAppliedByItsDiff()
    {
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var before = Enumerable.Range(0, random.Next(0, 30)).Select(_ => $"{(char)('a' + random.Next(5))}").ToList();
            var after = before.ToList();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(after.Count + 1);
                if (at < after.Count && random.Next(2) == 0) after.RemoveAt(at);
                else after.Insert(at, $"{(char)('a' + random.Next(5))}");
            }

            Assert.Equal(after, Apply(before, FileDiff.Of(Text(before), Text(after))));
        }
    }

    private static string Text(List<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static List<string> Apply(List<string> before, string diff)
    {
        List<string> after = [];
        var at = 0;
        foreach (var line in diff.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '@')
            {
                var span = line.Split(' ')[1][1..].Split(',').Select(int.Parse).ToArray();
                for (var start = span[1] == 0 ? span[0] : span[0] - 1; at < start; at++) after.Add(before[at]);
            }
            else if (line[0] == '+')
            {
                after.Add(line[1..]);
            }
            else
            {
                Assert.Equal(before[at++], line[1..]);
                if (line[0] == ' ') after.Add(line[1..]);
            }
        }

        after.AddRange(before.Skip(at));
        return after;
    }

    private static string Lines(int first, int last) => string.Concat(Enumerable.Range(first, last - first + 1).Select(number => $"line {number}\n"));
}
