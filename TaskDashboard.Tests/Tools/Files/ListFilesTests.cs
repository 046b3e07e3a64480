using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class ListFilesTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public async Task Folder_IsListedByNameWithSizes()
    {
        folder.Write("src/A.cs", "class A;");
        folder.Write("README.md", new string('x', 1_536));
        Assert.Equal("README.md (1.5 KB)\nsrc/", await folder.CallAsync("list_files"));
        Assert.Equal("A.cs (8 bytes)", await folder.CallAsync("list_files", ("path", "src")));
    }

    [Fact]
    public async Task Recursive_GoesDown_ButNotIntoWhatProgramsMade()
    {
        folder.Write("src/deep/A.cs", "a");
        folder.Write("obj/x.dll", "x");
        folder.Write(".git/config", "x");
        Assert.Equal(".git/\nobj/\nsrc/\nsrc/deep/\nsrc/deep/A.cs (1 byte)", await folder.CallAsync("list_files", ("path", null), ("recursive", true)));
        Assert.Equal("x.dll (1 byte)", await folder.CallAsync("list_files", ("path", "obj")));
    }

    [Fact]
    public async Task Link_IsShownAndNotFollowed()
    {
        File.WriteAllText(Path.Join(folder.Outside, "secret.txt"), "secret");
        Directory.CreateSymbolicLink(folder.At("linked"), folder.Outside);
        Directory.CreateSymbolicLink(folder.At("self"), ".");

        var text = await folder.CallAsync("list_files", ("recursive", true));

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("self (link to .)", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split('\n').Length);
    }

    [Fact]
    public async Task EmptyFolder_AndMissingFolder_AreSaidInWords()
    {
        Assert.Equal("The folder \".\" is empty.", await folder.CallAsync("list_files", ("path", ".")));
        Assert.Contains("There is no folder \"nope\"", await folder.FailAsync("list_files", ("path", "nope")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileInsteadOfAFolder_IsListedAlone()
    {
        folder.Write("a.txt", "abc");
        Assert.Equal("a.txt (3 bytes)", await folder.CallAsync("list_files", ("path", "a.txt")));
    }

    [Fact]
    public async Task LongList_IsCutWithANote()
    {
        for (var i = 0; i <= ListFilesTool.MaxEntries; i++) folder.Write($"{i:0000}.txt", "");
        var lines = (await folder.CallAsync("list_files")).Split('\n');
        Assert.Equal(ListFilesTool.MaxEntries + 1, lines.Length);
        Assert.StartsWith("[Only the first 1000 entries", lines[^1], StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
