using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Tools;

public sealed class AtomicFileTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public void WriteThatFailsHalfway_LeavesTheOldContentAndNothingElse()
    {
        folder.Write("a.txt", "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Replace(folder.Work, folder.Work.Resolve("a.txt"), stream =>
        {
            stream.Write("ne"u8);
            throw new InvalidOperationException("the disk is on fire");
        }));

        Assert.Equal("old", folder.Read("a.txt"));
        Assert.Equal([folder.At("a.txt")], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void ReaderThatOpenedBefore_SeesTheOldContentToItsEnd()
    {
        if (OperatingSystem.IsWindows()) return;
        folder.Write("a.txt", "old content");
        using var reader = new StreamReader(folder.Work.OpenRead(folder.Work.Resolve("a.txt")));

        AtomicFile.Replace(folder.Work, folder.Work.Resolve("a.txt"), stream => stream.Write("new"u8));

        Assert.Equal("old content", reader.ReadToEnd());
        Assert.Equal("new", folder.Read("a.txt"));
    }

    [Fact]
    public void Permissions_StayAsTheyWere()
    {
        if (OperatingSystem.IsWindows()) return;
        var script = folder.Write("run.sh", "#!/bin/sh");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.SetUnixFileMode(script, Mode);

        AtomicFile.Replace(folder.Work, folder.Work.Resolve("run.sh"), stream => stream.Write("echo"u8));

        Assert.Equal(Mode, File.GetUnixFileMode(script));
    }

    [Fact]
    public void ReadOnlyFile_IsNotReplaced()
    {
        var path = folder.Write("a.txt", "old");
        File.SetAttributes(path, FileAttributes.ReadOnly);

        Assert.Throws<ToolException>(() => AtomicFile.Replace(folder.Work, folder.Work.Resolve("a.txt"), stream => stream.Write("new"u8)));
        Assert.Equal("old", folder.Read("a.txt"));
        File.SetAttributes(path, FileAttributes.Normal);
    }

    public void Dispose() => folder.Dispose();
}
