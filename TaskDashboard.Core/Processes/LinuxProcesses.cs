using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace TaskDashboard.Core.Processes;

/// <summary>What Linux tells of its processes (<c>/proc</c>, see proc(5)), and the two signals that end them.</summary>
internal static class LinuxProcesses
{
    private const int Terminate = 15;
    private const int Kill = 9;

    /// <summary>Every process that can be seen now. One that ends while it is looked at is left out.</summary>
    public static List<ProcessPicture> List()
    {
        var pictures = new List<ProcessPicture>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Look(id) is { } picture) pictures.Add(picture);
        }

        return pictures;
    }

    /// <summary>One process; null when it is gone, or only its entry is left for its parent to read.</summary>
    public static ProcessPicture? Look(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");

            // The name stands in brackets and may hold anything, brackets and spaces too.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessPicture(id, Number(fields[1]), Number(fields[2]), Number(fields[3]), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a process was started with a variable; false where its environment may not be read.</summary>
    public static bool HasVariable(int id, string name, string beginning)
    {
        try
        {
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{id}/environ"));
            return environment.StartsWith($"{name}={beginning}", StringComparison.Ordinal) || environment.Contains($"\0{name}={beginning}", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Which pipe a file descriptor of this process is; null where it is none.</summary>
    public static string? PipeOf(long descriptor)
    {
        var target = new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
        return target is not null && target.StartsWith("pipe:", StringComparison.Ordinal) ? target : null;
    }

    /// <summary>Whether a process has one of the pipes open; false where it may not be looked at.</summary>
    public static bool Holds(int id, IReadOnlySet<string> pipes)
    {
        try
        {
            return new DirectoryInfo($"/proc/{id}/fd").EnumerateFiles().Any(file => file.LinkTarget is { } target && pipes.Contains(target));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Asks it to end, or ends it. What is gone already is no failure.</summary>
    public static void Signal(ProcessPicture process, bool forcefully)
    {
        // The number may belong to somebody else by now.
        if (Look(process.Id)?.StartedAt == process.StartedAt) _ = SendSignal(process.Id, forcefully ? Kill : Terminate);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

#pragma warning disable SYSLIB1054 // Two numbers need no generated marshalling, which would need unsafe code.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
#pragma warning restore SYSLIB1054
}

/// <summary>One process at one moment.</summary>
/// <param name="Id">Its number, which is used again after it.</param>
/// <param name="Parent">Who started it, or who took it over.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartedAt">In ticks since the system began: with the number, it names the process for good.</param>
internal sealed record ProcessPicture(int Id, int Parent, int Group, int Session, long StartedAt);
