using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.Core.Tools;

/// <summary>
/// A folder that is held open while something in it is made or replaced. On Linux it is gone to segment by segment, following no link, and named by its
/// handle from then on: whoever swaps a part of the path for a link meanwhile leads nobody astray. Elsewhere it is named by its path.
/// </summary>
internal sealed class OpenedFolder : IDisposable
{
    private const int PathOnly = 0x200000;
    private const int CloseOnExecute = 0x80000;
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
    private static readonly int FolderOnly = IsArm ? 0x4000 : 0x10000;
    private static readonly int FollowNoLink = IsArm ? 0x8000 : 0x20000;

    private readonly SafeFileHandle? handle;
    private readonly string path;

    private OpenedFolder(string path, SafeFileHandle? handle) => (this.path, this.handle) = (path, handle);

    /// <summary>A path under which the folder is found, for as long as this is open.</summary>
    private string Place => handle is null ? path : PlaceOf(handle);

    /// <summary>Opens the folder of a file, and makes it with those above it where they are missing.</summary>
    /// <exception cref="ToolException">A part of the path is something else, or has become a link.</exception>
    public static OpenedFolder Of(WorkPath file)
    {
        var folder = Path.GetDirectoryName(file.Full)!;
        try
        {
            return OperatingSystem.IsLinux() ? new(folder, Walk(folder)) : new(Directory.CreateDirectory(folder).FullName, null);
        }
        catch (IOException failure)
        {
            throw new ToolException($"The folder for \"{file.Shown}\" cannot be made: {failure.Message} If a part of the path is a file, choose another path.", failure);
        }
    }

    /// <summary>The path of something directly in it.</summary>
    public string At(string name) => Path.Join(Place, name);

    /// <summary>What the system said, with the folder as people know it.</summary>
    public string Plainly(string message) => message.Replace(Place, path, StringComparison.Ordinal);

    public void Dispose() => handle?.Dispose();

    private static SafeFileHandle Walk(string folder)
    {
        var here = Open("/") ?? throw new IOException("The root folder cannot be opened.");
        var known = "/";
        foreach (var segment in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = here;
            var next = Path.Join(PlaceOf(above), segment);
            known = Path.Join(known, segment);
            if (Open(next) is { } opened)
            {
                here = opened;
                continue;
            }

            if (new FileInfo(next) is { LinkTarget: null, Exists: false }) Make(next, known);
            here = Open(next) ?? throw new IOException($"\"{segment}\" is not a folder, or has become a link.");
        }

        return here;
    }

    /// <summary>Refuses in the words of the system, with the folder as people know it.</summary>
    private static void Make(string place, string known)
    {
        try
        {
            Directory.CreateDirectory(place);
        }
        catch (IOException failure)
        {
            throw new IOException(failure.Message.Replace(place, known, StringComparison.Ordinal), failure);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new UnauthorizedAccessException(failure.Message.Replace(place, known, StringComparison.Ordinal), failure);
        }
    }

    private static SafeFileHandle? Open(string path)
    {
        var opened = Open(Encoding.UTF8.GetBytes(path + "\0"), PathOnly | FolderOnly | FollowNoLink | CloseOnExecute);
        return opened < 0 ? null : new SafeFileHandle(opened, ownsHandle: true);
    }

    private static string PlaceOf(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

#pragma warning disable SYSLIB1054 // Numbers and plain bytes need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
#pragma warning restore SYSLIB1054
}
