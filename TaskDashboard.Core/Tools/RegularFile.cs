using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.Core.Tools;

/// <summary>
/// Opens what agents may have written, and nothing but files: a pipe that nobody writes to would hold its reader for ever, and a device never comes to an
/// end. On Linux what is opened is the very thing that was looked at, whatever has taken its name meanwhile. Elsewhere it is opened as it is.
/// </summary>
internal static class RegularFile
{
    private const int PathOnly = 0x200000;
    private const int CloseOnExecute = 0x80000;
    private const int NotThere = 2;
    private const int NotAllowed = 13;
    private const int NoFolder = 20;

    private static readonly FileStreamOptions Reading = new() { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan, BufferSize = 0 };

    /// <exception cref="IOException">It is something else, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux()) return new FileStream(path, Reading);
        using var found = Find(path);
        if (!FileLinks.IsRegular(found)) throw new IOException($"\"{path}\" is no file but a pipe, a socket, a device or a folder.");
        var place = $"/proc/self/fd/{found.DangerousGetHandle()}";
        try
        {
            return new FileStream(place, Reading);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new UnauthorizedAccessException(failure.Message.Replace(place, path, StringComparison.Ordinal), failure);
        }
        catch (IOException failure)
        {
            throw new IOException(failure.Message.Replace(place, path, StringComparison.Ordinal), failure);
        }
    }

    /// <summary>Reads a text in UTF-8 whole.</summary>
    /// <exception cref="IOException">It is larger than that, or no file.</exception>
    public static string ReadText(string path, int most)
    {
        using var copy = new MemoryStream();
        Copy(path, copy, most);
        using var reader = new StreamReader(new MemoryStream(copy.GetBuffer(), 0, (int)copy.Length), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Copies it whole.</summary>
    /// <exception cref="IOException">It is larger than that, or no file.</exception>
    public static void Copy(string path, Stream target, long most)
    {
        using var source = OpenRead(path);
        var buffer = new byte[64 * 1024];
        long total = 0;
        for (int read; (read = source.Read(buffer)) > 0; target.Write(buffer, 0, read))
        {
            total += read;
            if (total > most) throw new IOException($"\"{path}\" is larger than {most} bytes, which is more than such a file has.");
        }
    }

    private static SafeFileHandle Find(string path)
    {
        var opened = Open(Encoding.UTF8.GetBytes(path + "\0"), PathOnly | CloseOnExecute);
        if (opened >= 0) return new SafeFileHandle(opened, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        throw error switch
        {
            NotThere or NoFolder => new FileNotFoundException($"Could not find file '{path}'.", path),
            NotAllowed => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
            _ => new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'"),
        };
    }

#pragma warning disable SYSLIB1054 // Numbers and plain bytes need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);
#pragma warning restore SYSLIB1054
}
