using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Tools.Files;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Tools.Files;

/// <summary>How the program is called and what is made of its answers; a script stands in for it.</summary>
public sealed class RipgrepTests : IDisposable
{
    private readonly string programs = Directory.CreateTempSubdirectory("ripgrep-").FullName;

    [Fact]
    public async Task Search_ReadsOnlyWhatTheProgramNames_AndTellsItOfNoConfigurationAndNoLinks()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = Folder("""printf '%s\n' "$@" > arguments; printf './a.txt\0./gone.txt\0'""");
        folder.Write("a.txt", "foo");
        folder.Write("b.txt", "foo");

        Assert.Equal("a.txt:1: foo\n[1 file could not be read.]", await folder.CallAsync("search_files", ("pattern", "fo+"), ("glob", "*.txt")));

        var arguments = folder.Read("arguments").Split('\n');
        Assert.Superset(new HashSet<string>(["--no-config", "--no-follow", "--no-ignore", "--hidden", "--iglob=*.txt", "--iglob=!.git/", "--iglob=!node_modules/"]), arguments.ToHashSet());
        Assert.Equal(["--regexp", "fo+", "--", ".", ""], arguments[^5..]);
    }

    [Theory]
    [InlineData("echo 'regex parse error' >&2; exit 2")]
    [InlineData("kill -9 $$")]
    public async Task ProgramThatRefusesOrBreaks_IsDoneWithout(string script)
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = Folder(script);
        folder.Write("a.txt", "foo");
        Assert.Equal("a.txt:1: foo", await folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Fact]
    public async Task ListThatIsTooLongToBeKept_IsDoneWithout_WhenItIsNotEnough()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = Folder("""i=0; while [ $i -lt 9000 ]; do printf './none%05d\0' $i; i=$((i+1)); done""");
        folder.Write("a.txt", "foo");
        Assert.Equal("a.txt:1: foo", await folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Fact]
    public async Task Cancel_EndsTheProgramWithTheCall()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = Folder("echo $$ > pid; exec sleep 600");
        using var cancel = new CancellationTokenSource();
        var search = folder.CallAsync("search_files", cancel.Token, ("pattern", "foo"));
        await Eventually.TrueAsync(() => File.Exists(folder.At("pid")) && folder.Read("pid").Length > 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.WaitAsync(TimeSpan.FromSeconds(10)));
        if (OperatingSystem.IsLinux()) Assert.False(Directory.Exists($"/proc/{folder.Read("pid").Trim()}"));
    }

    [Fact]
    public async Task FewFiles_AreNotWorthAProcess()
    {
        using var folder = new ToolFolder { Ripgrep = new Ripgrep(Processes(), Script("exit 1"), leastFiles: 3) };
        folder.Write("a.txt", "foo");
        folder.Write("b.txt", "bar");
        Assert.Equal("a.txt:1: foo", await folder.CallAsync("search_files", ("pattern", "foo")));
    }

    [Fact]
    public void Program_IsFoundInTheFirstFolderThatHasIt_AndNeverInARelativeOne()
    {
        if (OperatingSystem.IsWindows()) return;
        var script = Script("exit 1");
        Assert.Equal(script, SearchPath.Find("rg", $".:bin:/nowhere:{programs}"));
        Assert.Null(SearchPath.Find("rg", ".:/nowhere"));
        Assert.Null(SearchPath.Find("rg", ""));
    }

    [Theory]
    [InlineData("foo", true)]
    [InlineData(@"a.*b\d{2,3}[^a-z_\]](?:x|y)+?$", true)]
    [InlineData(@"(?i)todo\b", true)]
    [InlineData(@"\Afoo", false)]
    [InlineData(@"foo\z", false)]
    [InlineData(@"(a)\1", false)]
    [InlineData("(?=a)", false)]
    [InlineData("(?x) a b", false)]
    [InlineData("[a&&b]", false)]
    [InlineData("[a-z-[aeiou]]", false)]
    [InlineData("[[:alpha:]]", false)]
    [InlineData(@"\<word", false)]
    [InlineData(@"\p{Lu}", false)]
    [InlineData("a{,3}", false)]
    [InlineData("func {", false)]
    public void Expression_IsPassedOnOnlyWhereBothUnderstandTheSame(string expression, bool agrees) => Assert.Equal(agrees, RipgrepSyntax.Agrees(expression));

    [Theory]
    [InlineData("*.cs", true)]
    [InlineData("src/**/*.{ts,tsx}", true)]
    [InlineData("**/a/b?.txt", true)]
    [InlineData("./src/**", true)]
    [InlineData("!a", false)]
    [InlineData("[a].txt", false)]
    [InlineData("src/**.cs", false)]
    [InlineData("{a,{b,c}}", false)]
    [InlineData("/a.txt", false)]
    [InlineData(@"a\b", false)]
    public void Glob_IsPassedOnOnlyWhereBothUnderstandTheSame(string glob, bool agrees) => Assert.Equal(agrees, RipgrepSyntax.AgreesOnGlob(glob));

    public void Dispose() => Directory.Delete(programs, recursive: true);

    private static ProcessRunner Processes() => new("tests", TimeProvider.System, NullLogger<ProcessRunner>.Instance);

    private ToolFolder Folder(string script) => new() { Ripgrep = new Ripgrep(Processes(), Script(script), leastFiles: 0) };

    private string Script(string body)
    {
        var path = Path.Join(programs, "rg");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
