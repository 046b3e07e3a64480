using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Tools;

public sealed class AtomicFileTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    [Fact]
    public void WriteThatFailsHalfway_LeavesTheOldContentAndNothingElse()
    {
        _folder.Write("a.txt", "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Replace(_folder.Work, _folder.Work.Resolve("a.txt"), stream =>
        {
            stream.Write("ne"u8);
            throw new InvalidOperationException("the disk is on fire");
        }));

        Assert.Equal("old", _folder.Read("a.txt"));
        Assert.Equal([_folder.At("a.txt")], Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void ReaderThatOpenedBefore_SeesTheOldContentToItsEnd()
    {
        if (OperatingSystem.IsWindows()) return;
        _folder.Write("a.txt", "old content");
        using var reader = new StreamReader(_folder.Work.OpenRead(_folder.Work.Resolve("a.txt")));

        AtomicFile.Replace(_folder.Work, _folder.Work.Resolve("a.txt"), stream => stream.Write("new"u8));

        Assert.Equal("old content", reader.ReadToEnd());
        Assert.Equal("new", _folder.Read("a.txt"));
    }

    [Fact]
    public void Permissions_StayAsTheyWere()
    {
        if (OperatingSystem.IsWindows()) return;
        var script = _folder.Write("run.sh", "#!/bin/sh");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.SetUnixFileMode(script, Mode);

        AtomicFile.Replace(_folder.Work, _folder.Work.Resolve("run.sh"), stream => stream.Write("echo"u8));

        Assert.Equal(Mode, File.GetUnixFileMode(script));
    }

    [Fact]
    public void ReadOnlyFile_IsNotReplaced()
    {
        var path = _folder.Write("a.txt", "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        Assert.Throws<ToolException>(() => AtomicFile.Replace(_folder.Work, _folder.Work.Resolve("a.txt"), stream => stream.Write("new"u8)));
        Assert.Equal("old", _folder.Read("a.txt"));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    public void Dispose() => _folder.Dispose();
}
