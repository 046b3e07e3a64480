using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class SearchFilesTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    [Fact]
    public async Task Matches_ComeWithPathAndLine_InOrder()
    {
        _folder.Write("src/B.cs", "none\n  // foo1 here\r\nfoo2");
        _folder.Write("a.txt", "foo3");
        Assert.Equal("a.txt:1: foo3\nsrc/B.cs:2: // foo1 here\nsrc/B.cs:3: foo2", await _folder.CallAsync("search_files", ("pattern", @"foo\d")));
    }

    [Fact]
    public async Task PathAndGlob_NarrowTheSearch()
    {
        _folder.Write("src/A.cs", "foo");
        _folder.Write("src/A.txt", "foo");
        _folder.Write("B.cs", "foo");
        Assert.Equal("src/A.cs:1: foo", await _folder.CallAsync("search_files", ("pattern", "foo"), ("path", "src"), ("glob", "*.cs")));
        Assert.Equal("B.cs:1: foo", await _folder.CallAsync("search_files", ("pattern", "foo"), ("path", "B.cs")));
    }

    [Fact]
    public async Task MadeFolders_BinaryFiles_AndLinks_AreSkipped()
    {
        _folder.Write("bin/a.txt", "foo");
        _folder.Write("sub/node_modules/a.txt", "foo");
        _folder.Write("a.bin", [.. "foo"u8, 0, 0]);
        File.WriteAllText(Path.Join(_folder.Outside, "secret.txt"), "foo");
        Directory.CreateSymbolicLink(_folder.At("linked"), _folder.Outside);
        File.CreateSymbolicLink(_folder.At("link.txt"), Path.Join(_folder.Outside, "secret.txt"));

        Assert.Equal("No line matches in 0 text files.", await _folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Fact]
    public async Task NamedPipe_IsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows()) return;
        using (var making = System.Diagnostics.Process.Start("mkfifo", _folder.At("pipe"))) await making.WaitForExitAsync();

        var search = _folder.CallAsync("search_files", ("pattern", "foo")).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("No line matches in 1 text file.", await search);
        Assert.Contains("is empty", await _folder.CallAsync("read_file", ("path", "pipe")).WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidExpression_IsSearchedAsPlainText_AndThatIsSaid()
    {
        _folder.Write("a.cs", "Call(foo(1));");
        var lines = (await _folder.CallAsync("search_files", ("pattern", "foo("))).Split('\n');
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
        _folder.Write("a.txt", string.Join('\n', Enumerable.Repeat("foo", SearchFilesTool.MaxMatches + 1)));
        var lines = (await _folder.CallAsync("search_files", ("pattern", "foo"))).Split('\n');
        Assert.Equal(SearchFilesTool.MaxMatches + 1, lines.Length);
        Assert.StartsWith("[Stopped at 200 matching lines", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExactlyAsManyMatchesAsFit_AreNotCut()
    {
        _folder.Write("a.txt", string.Join('\n', Enumerable.Repeat("foo", SearchFilesTool.MaxMatches)));
        Assert.DoesNotContain("Stopped", await _folder.CallAsync("search_files", ("pattern", "foo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MatchFarDownALongLine_IsFound_AndTheLineIsShortened()
    {
        _folder.Write("a.json", new string('x', 100_000) + " needle " + new string('y', 100_000));
        var text = await _folder.CallAsync("search_files", ("pattern", "needle"));
        Assert.StartsWith("a.json:1: ", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 100, SearchFilesTool.MaxShown + 20);
    }

    [Fact]
    public async Task EmptyPattern_AndMissingFolder_AreToldInWords()
    {
        Assert.Contains("pattern is empty", await _folder.FailAsync("search_files", ("pattern", "")), StringComparison.Ordinal);
        Assert.Contains("There is no file or folder \"nope\"", await _folder.FailAsync("search_files", ("pattern", "a"), ("path", "nope")), StringComparison.Ordinal);
        Assert.Contains("{ without a }", await _folder.FailAsync("search_files", ("pattern", "a"), ("glob", "*.{cs")), StringComparison.Ordinal);
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

    public void Dispose() => _folder.Dispose();
}
