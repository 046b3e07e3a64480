using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class SearchFilesTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public async Task Matches_ComeWithPathAndLine_InOrder()
    {
        folder.Write("src/B.cs", "none\n  // foo1 here\r\nfoo2");
        folder.Write("a.txt", "foo3");
        Assert.Equal("a.txt:1: foo3\nsrc/B.cs:2: // foo1 here\nsrc/B.cs:3: foo2", await folder.CallAsync("search_files", ("pattern", @"foo\d")));
    }

    [Fact]
    public async Task PathAndGlob_NarrowTheSearch()
    {
        folder.Write("src/A.cs", "foo");
        folder.Write("src/A.txt", "foo");
        folder.Write("B.cs", "foo");
        Assert.Equal("src/A.cs:1: foo", await folder.CallAsync("search_files", ("pattern", "foo"), ("path", "src"), ("glob", "*.cs")));
        Assert.Equal("B.cs:1: foo", await folder.CallAsync("search_files", ("pattern", "foo"), ("path", "B.cs")));
    }

    [Fact]
    public async Task MadeFolders_BinaryFiles_AndLinks_AreSkipped()
    {
        folder.Write("bin/a.txt", "foo");
        folder.Write("sub/node_modules/a.txt", "foo");
        folder.Write("a.bin", [.. "foo"u8, 0, 0]);
        File.WriteAllText(Path.Join(folder.Outside, "secret.txt"), "foo");
        Directory.CreateSymbolicLink(folder.At("linked"), folder.Outside);
        File.CreateSymbolicLink(folder.At("link.txt"), Path.Join(folder.Outside, "secret.txt"));

        Assert.Equal("No line matches in 0 text files.", await folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Fact]
    public async Task NamedPipe_IsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows()) return;
        using (var making = System.Diagnostics.Process.Start("mkfifo", folder.At("pipe"))) await making.WaitForExitAsync();

        var search = folder.CallAsync("search_files", ("pattern", "foo")).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("No line matches in 1 text file.", await search);
        Assert.Contains("is empty", await folder.CallAsync("read_file", ("path", "pipe")).WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidExpression_IsSearchedAsPlainText_AndThatIsSaid()
    {
        folder.Write("a.cs", "Call(foo(1));");
        var lines = (await folder.CallAsync("search_files", ("pattern", "foo("))).Split('\n');
        Assert.Contains("not a valid regular expression", lines[0], StringComparison.Ordinal);
        Assert.Equal("a.cs:1: Call(foo(1));", lines[1]);
    }

    [Fact]
    public void ExpressionThatExplodes_IsStoppedAndToldInWords()
    {
        var pattern = new SearchPattern("^(a|aa)+$", TimeSpan.FromMilliseconds(50));
        var told = Assert.Throws<ToolException>(() => pattern.IsIn(new string('a', 60) + "b")).Message;
        Assert.Contains("takes too long", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyMatches_AreCutWithANote()
    {
        folder.Write("a.txt", string.Join('\n', Enumerable.Repeat("foo", SearchFilesTool.MaxMatches + 1)));
        var lines = (await folder.CallAsync("search_files", ("pattern", "foo"))).Split('\n');
        Assert.Equal(SearchFilesTool.MaxMatches + 1, lines.Length);
        Assert.StartsWith("[Stopped at 200 matching lines", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExactlyAsManyMatchesAsFit_AreNotCut()
    {
        folder.Write("a.txt", string.Join('\n', Enumerable.Repeat("foo", SearchFilesTool.MaxMatches)));
        Assert.DoesNotContain("Stopped", await folder.CallAsync("search_files", ("pattern", "foo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MatchFarDownALongLine_IsFound_AndTheLineIsShortened()
    {
        folder.Write("a.json", new string('x', 100_000) + " needle " + new string('y', 100_000));
        var text = await folder.CallAsync("search_files", ("pattern", "needle"));
        Assert.StartsWith("a.json:1: ", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 100, SearchFilesTool.MaxShown + 20);
    }

    [Fact]
    public async Task EmptyPattern_AndMissingFolder_AreToldInWords()
    {
        Assert.Contains("pattern is empty", await folder.FailAsync("search_files", ("pattern", "")), StringComparison.Ordinal);
        Assert.Contains("There is no file or folder \"nope\"", await folder.FailAsync("search_files", ("pattern", "a"), ("path", "nope")), StringComparison.Ordinal);
        Assert.Contains("{ without a }", await folder.FailAsync("search_files", ("pattern", "a"), ("glob", "*.{cs")), StringComparison.Ordinal);
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

    public void Dispose() => folder.Dispose();
}
