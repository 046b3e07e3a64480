namespace TaskDashboard.Tests.Tools.Files;

public sealed class WriteFileTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    [Fact]
    public async Task NewFile_IsCreatedWithItsFolders()
    {
        Assert.Equal("Created notes/today/a.txt (7 bytes).", await _folder.CallAsync("write_file", ("path", "notes/today/a.txt"), ("content", "Grüße")));
        Assert.Equal("Grüße"u8.ToArray(), File.ReadAllBytes(_folder.At("notes/today/a.txt")));
    }

    [Fact]
    public async Task ExistingFile_IsOverwrittenWhole()
    {
        _folder.Write("a.txt", "a much longer content");
        Assert.Equal("Overwrote a.txt (0 bytes).", await _folder.CallAsync("write_file", ("path", "a.txt"), ("content", "")));
        Assert.Equal("", _folder.Read("a.txt"));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public async Task FolderOrFileInTheWay_IsToldInWords()
    {
        Directory.CreateDirectory(_folder.At("src"));
        _folder.Write("a.txt", "a");
        Assert.Contains("\"src\" is a folder", await _folder.FailAsync("write_file", ("path", "src"), ("content", "x")), StringComparison.Ordinal);
        Assert.Contains("cannot be made", await _folder.FailAsync("write_file", ("path", "a.txt/b.txt"), ("content", "x")), StringComparison.Ordinal);
        Assert.Equal("a", _folder.Read("a.txt"));
    }

    [Fact]
    public async Task PathOutside_WritesNothing()
    {
        Directory.CreateSymbolicLink(_folder.At("linked"), _folder.Outside);
        await _folder.FailAsync("write_file", ("path", "../outside/a.txt"), ("content", "x"));
        await _folder.FailAsync("write_file", ("path", "linked/a.txt"), ("content", "x"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Outside));
    }

    [Fact]
    public async Task LinkInside_KeepsPointingAtTheFileThatIsWritten()
    {
        _folder.Write("real.txt", "old");
        File.CreateSymbolicLink(_folder.At("alias.txt"), "real.txt");

        Assert.Equal("Overwrote real.txt (3 bytes).", await _folder.CallAsync("write_file", ("path", "alias.txt"), ("content", "new")));
        Assert.Equal("real.txt", new FileInfo(_folder.At("alias.txt")).LinkTarget);
        Assert.Equal("new", _folder.Read("real.txt"));
    }

    [Fact]
    public async Task CancelledCall_WritesNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _folder.CallAsync("write_file", new CancellationToken(canceled: true), ("path", "a.txt"), ("content", "x")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    public void Dispose() => _folder.Dispose();
}
