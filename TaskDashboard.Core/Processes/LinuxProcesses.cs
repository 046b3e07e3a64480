using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TaskDashboard.Core.Processes;

/// <summary>What Linux tells of its processes (<c>/proc</c>, see proc(5)), and what ends and marks them.</summary>
internal static class LinuxProcesses
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private const int LockLimit = 10;
    private const string LockLimitName = "Max file locks";

    /// <summary>Is set for threads of the system itself (PF_KTHREAD).</summary>
    private const ulong KernelThread = 0x0020_0000;

    /// <summary>
    /// Every process that can be seen now, the youngest first, because who is about to vanish is young; null for one that was gone before it could
    /// be looked at. Without the threads of the system: nobody's command is among them, and they have no environment to read, as if they were gone.
    /// </summary>
    public static IEnumerable<ProcessPicture?> List()
    {
        var ids = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) ids.Add(id);
        }

        ids.Sort();
        for (var index = ids.Count - 1; index >= 0; index--)
        {
            var seen = Read(ids[index]);
            if (seen is not { IsKernelThread: true }) yield return seen;
        }
    }

    /// <summary>The number that was given out last.</summary>
    public static int NewestId() => Number(File.ReadAllText("/proc/loadavg").TrimEnd().Split(' ')[^1]);

    /// <summary>One process; null when it is gone, or only its entry is left for its parent to read, or it is a thread of the system.</summary>
    public static ProcessPicture? Look(int id) => Read(id) is { HasEnded: false, IsKernelThread: false } picture ? picture : null;

    private static ProcessPicture? Read(int id)
    {
        // Most numbers that are asked about are nobody's: an exception for each would be most of the work.
        var file = $"/proc/{id}/stat";
        if (!File.Exists(file)) return null;
        try
        {
            var stat = File.ReadAllText(file);

            // The name stands in brackets and may hold anything, brackets and spaces too.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var picture = new ProcessPicture(id, Number(fields[1]), Number(fields[2]), Number(fields[3]), long.Parse(fields[19], CultureInfo.InvariantCulture));

            // A process whose first thread has left looks like one that has ended, and works on.
            return picture with
            {
                HasEnded = fields[0] == "X" || (fields[0] == "Z" && Number(fields[17]) <= 1),
                IsKernelThread = (ulong.Parse(fields[6], CultureInfo.InvariantCulture) & KernelThread) != 0,
            };
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a process carries a mark; false where it may not be looked at, null when it has ended.</summary>
    public static bool? HasMark(int id, ProcessMark mark)
    {
        try
        {
            var limits = File.ReadAllLines($"/proc/{id}/limits");
            if (limits.Length == 0) return null;
            return (LimitIn(limits) is { } limit && mark.IsOn(limit)) || HasVariable(id, ProcessMark.Variable, mark.ToString());
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Which command of a scope a process belongs to; null where its limit does not tell.</summary>
    public static uint? NumberOf(int id, ProcessMark scope)
    {
        try
        {
            return LimitIn(File.ReadAllLines($"/proc/{id}/limits")) is { } limit && scope.IsOn(limit) ? ProcessMark.NumberIn(limit) : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The user as whom a process works; null when it has ended.</summary>
    public static uint? UserOf(int id)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal)) is { } users
                ? uint.Parse(users.Split('\t')[2], CultureInfo.InvariantCulture) : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Puts a mark on a process, which all its descendants inherit. False where the system does not let it.</summary>
    public static bool TrySetLimit(int id, ulong limit) =>
        Environment.Is64BitProcess && ReadLimits(id, LockLimit, 0, out var limits) == 0 && WriteLimits(id, LockLimit, limits with { Soft = limit }, 0) == 0;

    /// <summary>Asks it to end, or ends it. What is gone already is no failure.</summary>
    public static void Signal(ProcessPicture process, bool forcefully)
    {
        // The number may belong to somebody else by now.
        if (Look(process.Id)?.StartedAt == process.StartedAt) _ = SendSignal(process.Id, forcefully ? Kill : Terminate);
    }

    /// <summary>The soft limit of file locks; null where there is none.</summary>
    private static ulong? LimitIn(string[] limits) =>
        limits.FirstOrDefault(line => line.StartsWith(LockLimitName, StringComparison.Ordinal)) is { } line
            && ulong.TryParse(line[LockLimitName.Length..].TrimStart().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;

    private static bool HasVariable(int id, string name, string beginning)
    {
        var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/environ"));
        return environment.StartsWith($"{name}={beginning}", StringComparison.Ordinal) || environment.Contains($"\0{name}={beginning}", StringComparison.Ordinal);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

#pragma warning disable SYSLIB1054 // Plain numbers need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadLimits(int process, int resource, nint none, out Limits limits);

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WriteLimits(int process, int resource, in Limits limits, nint none);
#pragma warning restore SYSLIB1054

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limits(ulong Soft, ulong Hard);
}

/// <summary>One process at one moment.</summary>
/// <param name="Id">Its number, which is used again after it.</param>
/// <param name="Parent">Who started it, or who took it over.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartedAt">In ticks since the system began: with the number, it names the process for good.</param>
internal sealed record ProcessPicture(int Id, int Parent, int Group, int Session, long StartedAt)
{
    /// <summary>It does nothing more; its entry stands until its parent has read it.</summary>
    public bool HasEnded { get; init; }

    /// <summary>It belongs to the system itself.</summary>
    public bool IsKernelThread { get; init; }
}
