using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.Core.Tools;

/// <summary>What an open file is, and how many names it has.</summary>
/// <remarks>On Linux, by statx(2), whose picture of a file is the same on every processor. Elsewhere nobody is asked, and every file counts as one with one name.</remarks>
internal static class FileLinks
{
    private const int OfTheHandleItself = 0x1000;
    private const uint KindOfFile = 0x1;
    private const uint LinkCount = 0x4;
    private const int LinkCountAt = 16;
    private const int KindOfFileAt = 28;
    private const int KindBits = 0xF000;
    private const int PlainFile = 0x8000;
    private const int PictureSize = 256;

    /// <summary>1 for a file with one name; 1 as well where the system does not tell.</summary>
    public static uint Count(SafeFileHandle handle) => Look(handle, LinkCount) is { } picture ? BitConverter.ToUInt32(picture, LinkCountAt) : 1;

    /// <summary>False for a folder, a pipe, a socket or a device; true as well where the system does not tell.</summary>
    public static bool IsRegular(SafeFileHandle handle) => Look(handle, KindOfFile) is not { } picture || (BitConverter.ToUInt16(picture, KindOfFileAt) & KindBits) == PlainFile;

    private static byte[]? Look(SafeFileHandle handle, uint wanted)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var picture = new byte[PictureSize];
        return Look((int)handle.DangerousGetHandle(), [0], OfTheHandleItself, wanted, picture) == 0 ? picture : null;
    }

#pragma warning disable SYSLIB1054 // Numbers and plain bytes need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Look(int handle, byte[] path, int flags, uint mask, byte[] picture);
#pragma warning restore SYSLIB1054
}
