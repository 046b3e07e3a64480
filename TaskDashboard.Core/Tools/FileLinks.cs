using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.Core.Tools;

/// <summary>How many names an open file has.</summary>
/// <remarks>On Linux, by statx(2), whose picture of a file is the same on every processor. Elsewhere nobody is asked, and every file counts as having one.</remarks>
internal static class FileLinks
{
    private const int OfTheHandleItself = 0x1000;
    private const uint LinkCount = 0x4;
    private const int LinkCountAt = 16;
    private const int PictureSize = 256;

    /// <summary>1 for a file with one name; 1 as well where the system does not tell.</summary>
    public static uint Count(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux()) return 1;
        var picture = new byte[PictureSize];
        return Look((int)handle.DangerousGetHandle(), [0], OfTheHandleItself, LinkCount, picture) == 0 ? BitConverter.ToUInt32(picture, LinkCountAt) : 1;
    }

#pragma warning disable SYSLIB1054 // Numbers and plain bytes need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Look(int handle, byte[] path, int flags, uint mask, byte[] picture);
#pragma warning restore SYSLIB1054
}
