using System.Runtime.InteropServices;
using System.Text;

namespace TaskDashboard.Tests.Tools;

/// <summary>Folders and files that have become something else since the task was given them.</summary>
public sealed class ReplacedPathTests : IDisposable
{
    private readonly ToolFolder folder = new();

    public void Dispose() => folder.Dispose();

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

    [DllImport("libc", EntryPoint = "mkfifo", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe(byte[] path, int mode);
}
