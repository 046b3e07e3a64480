using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Tools;

public sealed class WorkDirectoryTests : IDisposable
{
    private readonly ToolFolder folder = new();

    private WorkDirectory Work => folder.Work;

    [Theory]
    [InlineData(".", ".")]
    [InlineData("a.txt", "a.txt")]
    [InlineData("./src//A.cs", "src/A.cs")]
    [InlineData("src/../a.txt", "a.txt")]
    [InlineData("src/sub/", "src/sub")]
    [InlineData("..a/...", "..a/...")]
    public void PathInside_IsShownRelativeToTheFolder(string path, string shown) => Assert.Equal(shown, Work.Resolve(path).Shown);

    [Fact]
    public void AbsolutePathInside_IsTakenAsItIs() => Assert.Equal("src/A.cs", Work.Resolve(folder.At("src/A.cs")).Shown);

    [Theory]
    [InlineData("..")]
    [InlineData("../outside/secret.txt")]
    [InlineData("src/../../outside")]
    [InlineData("../work2")]
    [InlineData("/etc/passwd")]
    [InlineData("/")]
    public void PathOutside_IsRefused(string path)
    {
        var told = Assert.Throws<ToolException>(() => Work.Resolve(path)).Message;
        Assert.Contains("outside the work folder", told, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderWhoseNameBeginsTheSame_IsOutside()
    {
        Directory.CreateDirectory(folder.Root + "-other");
        Assert.Throws<ToolException>(() => Work.Resolve(folder.Root + "-other"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("~/notes.txt")]
    [InlineData("~")]
    public void MalformedPath_IsRefusedInWords(string? path) => Assert.NotEmpty(Assert.Throws<ToolException>(() => Work.Resolve(path)).Message);

    [Fact]
    public void PathOfThousandsOfCharacters_IsRefused() => Assert.Throws<ToolException>(() => Work.Resolve(new string('a', 5_000)));

    [Theory]
    [InlineData("nul")]
    [InlineData("src/CON.txt")]
    [InlineData(@"src\com1")]
    [InlineData("LPT9 .log")]
    [InlineData("a.txt:stream")]
    public void DeviceOrStream_IsAProblemOnWindowsOnly(string path)
    {
        Assert.NotNull(PathRules.Problem(path, windows: true));
        Assert.Null(PathRules.Problem(path, windows: false));
    }

    [Theory]
    [InlineData(@"\\server\share")]
    [InlineData(@"\\?\C:\x")]
    [InlineData("//server/share")]
    public void NetworkOrDevicePath_IsAProblemEverywhere(string path)
    {
        Assert.NotNull(PathRules.Problem(path, windows: true));
        Assert.NotNull(PathRules.Problem(path, windows: false));
    }

    [Theory]
    [InlineData(@"C:\x")]
    [InlineData("C:/x")]
    [InlineData("z:")]
    public void Drive_IsAProblemWhereThereAreNone(string path) => Assert.NotNull(PathRules.Problem(path, windows: false));

    [Theory]
    [InlineData("a:b.txt")]
    [InlineData("12:30.log")]
    [InlineData("~backup.txt")]
    public void NameThatOnlyResemblesADriveOrTheHomeFolder_IsNoProblem(string path) => Assert.Null(PathRules.Problem(path, windows: false));

    [Theory]
    [InlineData("console.cs")]
    [InlineData("src/auxiliary/null.txt")]
    public void NameThatOnlyResemblesADevice_IsNoProblem(string path) => Assert.Null(PathRules.Problem(path, windows: true));

    [Fact]
    public void LinkToAFileOutside_IsRefused()
    {
        File.WriteAllText(Path.Join(folder.Outside, "secret.txt"), "secret");
        File.CreateSymbolicLink(folder.At("link.txt"), Path.Join(folder.Outside, "secret.txt"));

        Assert.Contains("through a link", Assert.Throws<ToolException>(() => Work.Resolve("link.txt")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linked")]
    [InlineData("linked/new.txt")]
    [InlineData("linked/not/yet/there.txt")]
    [InlineData("linked/../work/a.txt/../../outside")]
    public void LinkToAFolderOutside_IsRefused_AlsoForAFileThatIsYetToBeMade(string path)
    {
        Directory.CreateSymbolicLink(folder.At("linked"), folder.Outside);

        Assert.Throws<ToolException>(() => Work.Resolve(path));
    }

    [Fact]
    public void DanglingLinkOutside_IsRefused()
    {
        File.CreateSymbolicLink(folder.At("dangling"), Path.Join(folder.Outside, "new.txt"));
        Assert.Throws<ToolException>(() => Work.Resolve("dangling"));
    }

    [Fact]
    public void RelativeLinkThatClimbsOut_IsRefused()
    {
        Directory.CreateDirectory(folder.At("sub"));
        Directory.CreateSymbolicLink(folder.At("sub/up"), "../../outside");
        Assert.Throws<ToolException>(() => Work.Resolve("sub/up/new.txt"));
    }

    [Fact]
    public void ChainOfLinksThatEndsOutside_IsRefused()
    {
        Directory.CreateSymbolicLink(folder.At("second"), folder.Outside);
        Directory.CreateSymbolicLink(folder.At("first"), "second");
        Assert.Throws<ToolException>(() => Work.Resolve("first/a.txt"));
    }

    [Fact]
    public void LinkInside_LeadsToTheRealFile()
    {
        folder.Write("real/a.txt", "a");
        Directory.CreateSymbolicLink(folder.At("alias"), "real");

        Assert.Equal("real/a.txt", Work.Resolve("alias/a.txt").Shown);
    }

    [Fact]
    public void LinkLoop_IsRefusedInWords()
    {
        File.CreateSymbolicLink(folder.At("one"), "two");
        File.CreateSymbolicLink(folder.At("two"), "one");

        Assert.Contains("circle", Assert.Throws<ToolException>(() => Work.Resolve("one/x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WorkFolderInADataDirectoryThatIsALink_Works()
    {
        folder.Write("work/task_1/a.txt", "a");
        var alias = Path.Join(folder.Outside, "alias");
        Directory.CreateSymbolicLink(alias, folder.Root);
        var work = new WorkDirectory(Path.Join(alias, "work/task_1"), [], alias);

        Assert.Equal("a.txt", work.ResolveFile("a.txt").Shown);
        Assert.Equal("a.txt", work.Resolve(folder.At("work/task_1/a.txt")).Shown);
        Assert.Throws<ToolException>(() => work.Resolve("../outside/x"));
    }

    [Fact]
    public void MissingWorkFolder_IsMadeAtTheFirstUse()
    {
        var root = folder.At("made/later");
        var work = new WorkDirectory(root);
        Assert.False(Directory.Exists(root));

        work.Resolve("a.txt");
        Assert.True(Directory.Exists(root));
    }

    [Fact]
    public void RelativeWorkFolder_IsAFaultOfTheProgram() => Assert.Throws<ArgumentException>(() => new WorkDirectory("work"));

    [Fact]
    public void FileSwappedForALinkAfterTheCheck_IsNotRead()
    {
        if (!OperatingSystem.IsLinux()) return;
        File.WriteAllText(Path.Join(folder.Outside, "secret.txt"), "secret");
        folder.Write("a.txt", "harmless");
        var resolved = Work.ResolveFile("a.txt");
        File.Delete(resolved.Full);
        File.CreateSymbolicLink(resolved.Full, Path.Join(folder.Outside, "secret.txt"));

        Assert.Contains("moved out", Assert.Throws<ToolException>(() => Work.OpenRead(resolved)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderSwappedForALinkAfterTheCheck_IsNotWrittenInto()
    {
        if (!OperatingSystem.IsLinux()) return;
        Directory.CreateDirectory(folder.At("sub"));
        var resolved = Work.Resolve("sub/a.txt");
        Directory.Delete(folder.At("sub"));
        Directory.CreateSymbolicLink(folder.At("sub"), folder.Outside);

        Assert.Throws<ToolException>(() => AtomicFile.Replace(Work, resolved, stream => stream.Write("x"u8)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Outside));
    }

    public void Dispose() => folder.Dispose();
}
