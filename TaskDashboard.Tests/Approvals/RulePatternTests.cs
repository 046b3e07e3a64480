using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Approvals;

public sealed class RulePatternTests
{
    [Theory]
    [InlineData("git status", "git status", true)]
    [InlineData("git status", " git status ", true)]
    [InlineData("git status", "git status -s", false)]
    [InlineData("git *", "git log --oneline", true)]
    [InlineData("git status*", "git status", true)]
    [InlineData("git *", "git log; rm -rf .", false)]
    [InlineData("git *", "git log && rm x", false)]
    [InlineData("git *", "git log | sh", false)]
    [InlineData("git *", "git log > ../x", false)]
    [InlineData("git *", "git log $(id)", false)]
    [InlineData("git *", "git log `id`", false)]
    [InlineData("git *", "git log\nrm x", false)]
    [InlineData("git *", "rm x; git log", false)]
    [InlineData("cd calc && sh test.sh", "cd calc && sh test.sh", true)]
    [InlineData("*", "echo hello", true)]
    [InlineData("*", "echo hello & sleep 9", false)]
    [InlineData("GIT status", "git status", false)]
    public void Command_IsMatchedByPlainWordsOnly(string pattern, string command, bool matches) =>
        Assert.Equal(matches, RulePattern.Matches(pattern, ToolSubjectKind.Command, command));

    [Theory]
    [InlineData("src/A.cs", "src/A.cs", true)]
    [InlineData("src/A.cs", "./src//A.cs", true)]
    [InlineData("src/*", "src/A.cs", true)]
    [InlineData("src/*", "src/deep/A.cs", false)]
    [InlineData("src/**", "src/deep/A.cs", true)]
    [InlineData("**/*.cs", "A.cs", true)]
    [InlineData("**/*.cs", "src/deep/A.cs", true)]
    [InlineData("src/**", "src/../secret", false)]
    [InlineData("src/**", "/src/A.cs", false)]
    [InlineData("**", "../x", false)]
    public void Path_IsMatchedWithoutDetours(string pattern, string path, bool matches) =>
        Assert.Equal(matches, RulePattern.Matches(pattern, ToolSubjectKind.Path, path));

    [Theory]
    [InlineData("https://example.com/*", "https://example.com/a/b?c=d", true)]
    [InlineData("https://example.com/*", "https://example.com.evil.org/a", false)]
    [InlineData("https://example.com/*", "https://example.com@evil.org/a", false)]
    [InlineData("https://example.com/*", "https://example.com/x@evil.org", false)]
    [InlineData("https://*", "https://example.com/", false)]
    [InlineData("https://example.com*", "https://example.com.evil.org/", false)]
    [InlineData("https://example.com/a", "https://example.com/a", true)]
    public void Address_HasToNameItsHost(string pattern, string address, bool matches) =>
        Assert.Equal(matches, RulePattern.Matches(pattern, ToolSubjectKind.Address, address));

    [Fact]
    public void NoPattern_MeansEveryCall_AndAPatternNoneOfAToolWithoutSubject()
    {
        Assert.True(RulePattern.Matches(null, null, null));
        Assert.True(RulePattern.Matches(null, ToolSubjectKind.Command, "rm -rf ."));
        Assert.False(RulePattern.Matches("*", null, null));
    }

    [Fact]
    public void Pattern_ThatCouldTakeForEver_LetsNothingThrough() =>
        Assert.False(RulePattern.Matches(string.Concat(Enumerable.Repeat("*a", 40)) + "b", ToolSubjectKind.Command, new string('a', 5_000)));

    [Theory]
    [InlineData(ToolSubjectKind.Address, "https://evil.org/*", "HTTPS://Evil.org/a b")]
    [InlineData(ToolSubjectKind.Address, "https://*.evil.org/*", "https://a.evil.org/x")]
    [InlineData(ToolSubjectKind.Command, "git push*", "cd x && git push --force")]
    [InlineData(ToolSubjectKind.Command, "git push", "true; git push")]
    public void RefusingRule_TakesNoPainsToMissACall(ToolSubjectKind kind, string pattern, string subject)
    {
        var rule = new ApprovalRule { RuleId = "rule_1", Tool = "any", Pattern = pattern, Allows = false, Scope = ApprovalScope.Always };

        Assert.True(RulePattern.Means(rule, kind, subject));
        Assert.False(RulePattern.Means(rule with { Allows = true }, kind, subject));
    }
}
