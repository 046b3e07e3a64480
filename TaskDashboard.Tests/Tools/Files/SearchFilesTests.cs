using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

/// <summary>Searches that read every file.</summary>
public sealed class SearchFilesTests() : SearchFilesCases(new ToolFolder())
{
    [Fact]
    public async Task PatternThatTakesTooLong_IsSaidToDoSo_AndNotTriedOnEveryFile()
    {
        using var folder = new ToolFolder();
        for (var file = 0; file < 3; file++) folder.Write($"{file}.txt", new string('a', 5_000) + "b");

        Assert.Contains("takes too long", await folder.FailAsync("search_files", ("pattern", "(a+)+$")), StringComparison.Ordinal);
    }

    [Fact]
    public void ExpressionThatExplodes_IsStoppedAndToldInWords()
    {
        var pattern = new SearchPattern("^(a|aa)+$", TimeSpan.FromMilliseconds(50));
        var told = Assert.Throws<ToolException>(() => pattern.IsIn(new string('a', 60) + "b")).Message;
        Assert.Contains("takes too long", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.cs", "src/deep/A.cs", true)]
    [InlineData("*.cs", "src/A.csx", false)]
    [InlineData("src/*.cs", "src/deep/A.cs", false)]
    [InlineData("src/**/*.cs", "src/A.cs", true)]
    [InlineData("src/**/*.cs", "src/x/y/A.CS", true)]
    [InlineData("**/*.cs", "A.cs", true)]
    [InlineData("./src/**", "src/x/y.txt", true)]
    [InlineData("*.{ts,tsx}", "a/b.tsx", true)]
    [InlineData("a?c.txt", "abc.txt", true)]
    [InlineData("a?c.txt", "ac.txt", false)]
    [InlineData("a+b(1).txt", "a+b(1).txt", true)]
    public void Glob_MatchesPaths(string glob, string path, bool matches) => Assert.Equal(matches, new FileGlob(glob).Matches(path));
}

/// <summary>Searches by way of ripgrep; where it is not installed, by falling back.</summary>
public sealed class SearchFilesWithRipgrepTests() : SearchFilesCases(new ToolFolder
{
    Ripgrep = new Ripgrep(new ProcessRunner("tests", TimeProvider.System, NullLogger<ProcessRunner>.Instance), leastFiles: 0),
});
