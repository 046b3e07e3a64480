using System.Runtime.InteropServices;
using System.Text;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools;

/// <summary>Folders and files that have become something else since the task was given them.</summary>
public sealed class ReplacedPathTests : IDisposable
{
    private readonly ToolFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FolderOfTheTask_ThatHasBecomeALink_LeadsNowhere(bool isAdded)
    {
        if (OperatingSystem.IsWindows()) return;
        var secret = Path.Join(folder.Outside, "secret.txt");
        File.WriteAllText(secret, "a secret of the host");
        var given = isAdded ? folder.At("added/sub") : folder.Root;
        if (isAdded) folder.Added.Add(given);
        Directory.CreateDirectory(given);
        Directory.Move(given, folder.Outside + "-aside");
        Directory.CreateSymbolicLink(given, folder.Outside);

        Assert.Contains("not what it was", await folder.FailAsync("read_file", ("path", Path.Join(given, "secret.txt"))), StringComparison.Ordinal);
        Assert.Contains("not what it was", await folder.FailAsync("write_file", ("path", Path.Join(given, "new.txt")), ("content", "x")), StringComparison.Ordinal);
        Assert.Equal([secret], Directory.GetFileSystemEntries(folder.Outside));
    }

    [Fact]
    public async Task PipeThatTookTheNameOfAFile_HoldsNobodyUp()
    {
        if (OperatingSystem.IsWindows()) return;
        var file = folder.Work.Resolve("pipe");
        Assert.Equal(0, MakePipe(Encoding.UTF8.GetBytes(file.Full + "\0"), 0x1B6));

        var opening = Task.Run(() => folder.Work.OpenRead(file).Dispose());

        var refusal = await Assert.ThrowsAnyAsync<IOException>(() => opening.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains("is no file but a pipe", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderThatVanishesUnderAWalk_DoesNotHideWhatIsBesideIt()
    {
        folder.Write("a/x.txt", "x");
        folder.Write("b.txt", "x");
        var seen = new List<string>();

        foreach (var entry in FolderWalk.Below(folder.Root))
        {
            seen.Add(entry.Name);
            if (entry is DirectoryInfo) Directory.Delete(entry.FullName, recursive: true);
        }

        Assert.Equal(["a", "b.txt"], seen);
    }

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe(byte[] path, int mode);
}
