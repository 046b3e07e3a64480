using System.Text;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

/// <summary>What every search answers, whatever finds the files for it.</summary>
public abstract class SearchFilesCases : IDisposable
{
    private readonly ToolFolder folder;

    private protected SearchFilesCases(ToolFolder folder) => this.folder = folder;

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

        Assert.Equal("No line matches in 1 file.", await folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Fact]
    public async Task HiddenFiles_AndWhatGitIgnores_AreSearched()
    {
        folder.Write(".gitignore", "*.log\nout/\n");
        folder.Write(".ignore", "a.txt\n");
        folder.Write("a.txt", "foo");
        folder.Write("out/b.log", "foo");
        folder.Write(".hidden/c.txt", "foo");
        folder.Write("sub/bin", "foo");
        folder.Write(".git/config", "foo");
        folder.Write("Obj/d.txt", "foo");
        Assert.Equal(".hidden/c.txt:1: foo\na.txt:1: foo\nout/b.log:1: foo\nsub/bin:1: foo", await folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Theory]
    [InlineData("foo$", "crlf.txt:1: foo")]
    [InlineData("^$", "crlf.txt:2: ")]
    [InlineData(@"\Afoo", "crlf.txt:1: foo")]
    [InlineData(@"(?<=b)ar", "crlf.txt:3: bar 12")]
    [InlineData(@"(?<word>ba)r", "crlf.txt:3: bar 12")]
    [InlineData(@"(b)a\w\s\d+$", "crlf.txt:3: bar 12")]
    [InlineData(@"(?i)BAR", "crlf.txt:3: bar 12")]
    [InlineData("[b&&2]", "crlf.txt:3: bar 12")]
    [InlineData("grün", "umlaut.txt:1: grün")]
    [InlineData("weiß", "wide.txt:1: weiß")]
    public async Task Expression_MeansWhatItMeansInDotNet(string pattern, string found)
    {
        folder.Write("crlf.txt", "foo\r\n\r\nbar 12\r\n");
        folder.Write("umlaut.txt", "grün");
        folder.Write("wide.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("weiß")]);
        Assert.Equal(found, await folder.CallAsync("search_files", ("pattern", pattern)));
    }

    [Theory]
    [InlineData("*.CS", "a.cs,sub/b.Cs,sub/deep/{c}.cs")]
    [InlineData("sub/*.cs", "sub/b.Cs")]
    [InlineData("./sub/**", "sub/b.Cs,sub/deep/[d].txt,sub/deep/{c}.cs")]
    [InlineData("**/deep/*.{cs,txt}", "sub/deep/[d].txt,sub/deep/{c}.cs")]
    [InlineData("sub/**.txt", "sub/deep/[d].txt")]
    [InlineData("[d].txt", "sub/deep/[d].txt")]
    [InlineData("!e.txt", "!e.txt")]
    [InlineData("sub", "")]
    public async Task Glob_TakesTheSameFiles(string glob, string files)
    {
        foreach (var name in (string[])["a.cs", "!e.txt", "sub/b.Cs", "sub/deep/{c}.cs", "sub/deep/[d].txt"]) folder.Write(name, "foo");
        var told = await folder.CallAsync("search_files", ("pattern", "foo"), ("glob", glob));
        Assert.Equal(files.Length == 0 ? "No line matches in 0 files." : string.Join('\n', files.Split(',').Select(file => $"{file}:1: foo")), told);
    }

    [Fact]
    public async Task ManyFilesWithLongNames_AreFoundInOrder()
    {
        for (var index = 0; index < 600; index++) folder.Write($"{new string('d', 200)}/{index:000}{new string('f', 100)}.txt", index % 2 == 0 ? "foo" : "bar");
        var lines = (await folder.CallAsync("search_files", ("pattern", "foo|none"))).Split('\n');
        Assert.Equal(SearchReport.MaxMatches + 1, lines.Length);
        Assert.Contains("/000f", lines[0], StringComparison.Ordinal);
        Assert.Contains("/398f", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PatternThatLooksLikeAnOption_IsSearchedFor()
    {
        folder.Write("a.txt", "--files");
        Assert.Equal("a.txt:1: --files", await folder.CallAsync("search_files", ("pattern", "--files")));
    }

    [Fact]
    public async Task NamedPipe_IsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows()) return;
        using (var making = System.Diagnostics.Process.Start("mkfifo", folder.At("pipe"))) await making.WaitForExitAsync();

        var search = folder.CallAsync("search_files", ("pattern", "foo")).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("No line matches in 1 file.", await search);
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
    public async Task ManyMatches_AreCutWithANote()
    {
        folder.Write("a.txt", string.Join('\n', Enumerable.Repeat("foo", SearchReport.MaxMatches + 1)));
        var lines = (await folder.CallAsync("search_files", ("pattern", "foo"))).Split('\n');
        Assert.Equal(SearchReport.MaxMatches + 1, lines.Length);
        Assert.StartsWith("[Stopped at 200 matching lines", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExactlyAsManyMatchesAsFit_AreNotCut()
    {
        folder.Write("a.txt", string.Join('\n', Enumerable.Repeat("foo", SearchReport.MaxMatches)));
        Assert.DoesNotContain("Stopped", await folder.CallAsync("search_files", ("pattern", "foo")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MatchFarDownALongLine_IsFound_AndTheLineIsShortened()
    {
        folder.Write("a.json", new string('x', 100_000) + " needle " + new string('y', 100_000));
        var text = await folder.CallAsync("search_files", ("pattern", "needle"));
        Assert.StartsWith("a.json:1: ", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 100, SearchReport.MaxShown + 20);
    }

    [Fact]
    public async Task EmptyPattern_AndMissingFolder_AreToldInWords()
    {
        Assert.Contains("pattern is empty", await folder.FailAsync("search_files", ("pattern", "")), StringComparison.Ordinal);
        Assert.Contains("There is no file or folder \"nope\"", await folder.FailAsync("search_files", ("pattern", "a"), ("path", "nope")), StringComparison.Ordinal);
        Assert.Contains("{ without a }", await folder.FailAsync("search_files", ("pattern", "a"), ("glob", "*.{cs")), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
