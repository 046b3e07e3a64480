using System.Runtime.InteropServices;

namespace TaskDashboard.Core.Processes;

/// <summary>What this process tells the others of its user.</summary>
public static class OwnProcess
{
    private const int SetDumpable = 4;

    /// <summary>
    /// On Linux, closes what the system shows of this process to others of the same user: its environment and its memory, which hold keys
    /// (<c>/proc/self/environ</c>, ptrace, core dumps; see PR_SET_DUMPABLE in prctl(2)). Programs that it starts are not touched by it. Nothing is
    /// closed to root, and so not to a command either where this program itself runs as root. Removing a variable would not do: the system goes on
    /// showing the environment that the process began with.
    /// </summary>
    /// <returns>False where the system does not know this.</returns>
    public static bool Hide() => OperatingSystem.IsLinux() && Control(SetDumpable, 0, 0, 0, 0) == 0;

#pragma warning disable SYSLIB1054 // Plain numbers need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint first, nuint second, nuint third, nuint fourth);
#pragma warning restore SYSLIB1054
}
