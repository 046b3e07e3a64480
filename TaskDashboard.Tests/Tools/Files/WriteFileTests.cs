namespace TaskDashboard.Tests.Tools.Files;

public sealed class WriteFileTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public async Task NewFile_IsCreatedWithItsFolders()
    {
        Assert.Equal("Created notes/today/a.txt (7 bytes).\n\n@@ -0,0 +1,1 @@\n+Grüße", await folder.CallAsync("write_file", ("path", "notes/today/a.txt"), ("content", "Grüße")));
        Assert.Equal("Grüße"u8.ToArray(), File.ReadAllBytes(folder.At("notes/today/a.txt")));
    }

    [Fact]
    public async Task ExistingFile_IsOverwrittenWhole()
    {
        folder.Write("a.txt", "a much longer content");
        Assert.Equal("Overwrote a.txt (0 bytes).\n\n@@ -1,1 +0,0 @@\n-a much longer content", await folder.CallAsync("write_file", ("path", "a.txt"), ("content", "")));
        Assert.Equal("", folder.Read("a.txt"));
        Assert.Single(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public async Task FileThatWasNoText_IsOverwrittenWithoutADiff()
    {
        folder.Write("a.bin", [1, 0, 2]);
        Assert.Equal("Overwrote a.bin (1 byte).\n\n… what it held before was no text (3 bytes)", await folder.CallAsync("write_file", ("path", "a.bin"), ("content", "x")));
    }

    [Fact]
    public async Task SameContent_IsSaidWithoutADiff()
    {
        folder.Write("a.txt", "same");
        Assert.Equal("Overwrote a.txt (4 bytes).", await folder.CallAsync("write_file", ("path", "a.txt"), ("content", "same")));
    }

    [Fact]
    public async Task FolderOrFileInTheWay_IsToldInWords()
    {
        Directory.CreateDirectory(folder.At("src"));
        folder.Write("a.txt", "a");
        Assert.Contains("\"src\" is a folder", await folder.FailAsync("write_file", ("path", "src"), ("content", "x")), StringComparison.Ordinal);
        Assert.Contains("cannot be made", await folder.FailAsync("write_file", ("path", "a.txt/b.txt"), ("content", "x")), StringComparison.Ordinal);
        Assert.Equal("a", folder.Read("a.txt"));
    }

    [Fact]
    public async Task PathOutside_WritesNothing()
    {
        Directory.CreateSymbolicLink(folder.At("linked"), folder.Outside);
        await folder.FailAsync("write_file", ("path", "../outside/a.txt"), ("content", "x"));
        await folder.FailAsync("write_file", ("path", "linked/a.txt"), ("content", "x"));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Outside));
    }

    [Fact]
    public async Task LinkInside_KeepsPointingAtTheFileThatIsWritten()
    {
        folder.Write("real.txt", "old");
        File.CreateSymbolicLink(folder.At("alias.txt"), "real.txt");

        Assert.StartsWith("Overwrote real.txt (3 bytes).\n\n@@", await folder.CallAsync("write_file", ("path", "alias.txt"), ("content", "new")), StringComparison.Ordinal);
        Assert.Equal("real.txt", new FileInfo(folder.At("alias.txt")).LinkTarget);
        Assert.Equal("new", folder.Read("real.txt"));
    }

    [Fact]
    public async Task CancelledCall_WritesNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => folder.CallAsync("write_file", new CancellationToken(canceled: true), ("path", "a.txt"), ("content", "x")));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    public void Dispose() => folder.Dispose();
}
