using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// The standard streams as files. The runtime's console would do, but as soon as it is written to or asked for the width it switches the terminal into another
/// mode of its keypad, and it takes a reader that has gone (<c>| head</c>) for one that has read everything: a watch would go on for nobody.
/// </summary>
internal static class TerminalStreams
{
    private const int InputNumber = 0;
    private const int OutputNumber = 1;
    private const int ErrorNumber = 2;
    private const int UsualWidth = 80;
    private const int NarrowestWidth = 20;

    /// <summary>Of Linux: TIOCGWINSZ.</summary>
    private const nuint GetWindowSize = 0x5413;

    /// <summary>Of Linux: EINTR, and POLLERR or POLLHUP.</summary>
    private const int InterruptedBySignal = 4;
    private const short OtherEndIsGone = 0x8 | 0x10;

    public static Stream OpenInput() => Open(InputNumber, FileAccess.Read) ?? Console.OpenStandardInput();

    public static Stream OpenOutput() => OpenStreaming(OutputNumber) ?? Console.OpenStandardOutput();

    public static Stream OpenError() => OpenStreaming(ErrorNumber) ?? Console.OpenStandardError();

    public static int Width()
    {
        if (OperatingSystem.IsLinux()) return Control(OutputNumber, GetWindowSize, out var size) == 0 && size.Columns >= NarrowestWidth ? size.Columns : UsualWidth;
        try
        {
            return Console.WindowWidth is >= NarrowestWidth and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }

    /// <summary>
    /// A token that is cancelled once the reader of standard output has gone (<c>| head</c>). A write would find that out, but a watch of a task that is silent
    /// may write nothing for hours. On Linux; elsewhere it never is.
    /// </summary>
    public static CancellationToken WhenOutputCloses()
    {
        if (!OperatingSystem.IsLinux()) return CancellationToken.None;
        var closed = new CancellationTokenSource();
        var waiting = new Thread(() =>
        {
            // Asked for nothing, it returns for nothing but this.
            var output = new Polled { Descriptor = OutputNumber };
            int found;
            do found = Poll(ref output, 1, Timeout.Infinite);
            while (found < 0 && Marshal.GetLastPInvokeError() == InterruptedBySignal);
            if (found > 0 && (output.Returned & OtherEndIsGone) != 0) closed.Cancel();
        })
        {
            IsBackground = true,
            Name = "Reader of standard output",
        };
        waiting.Start();
        return closed.Token;
    }

    /// <summary>For pipes and terminals only: in a real file it would write over what others write into the same.</summary>
    private static FileStream? OpenStreaming(int descriptor) => Open(descriptor, FileAccess.Write) is { CanSeek: false } stream ? stream : null;

    /// <summary>Null where the program was started without it.</summary>
    private static FileStream? Open(int descriptor, FileAccess access)
    {
        if (OperatingSystem.IsWindows()) return null;
        try
        {
            return new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

#pragma warning disable SYSLIB1054 // Plain numbers need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, nuint request, out WindowSize size);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Polled descriptors, nuint count, int milliseconds);
#pragma warning restore SYSLIB1054

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct WindowSize
    {
        public readonly ushort Rows;
        public readonly ushort Columns;
        public readonly ushort PixelsAcross;
        public readonly ushort PixelsDown;
    }
}
