using System.Globalization;

namespace TaskDashboard.Load.Processes;

/// <summary>What a process holds and has used, as the kernel says.</summary>
/// <param name="ResidentBytes">VmRSS.</param>
/// <param name="ProcessorTime">User and system time since its start.</param>
internal readonly record struct ProcessUsage(long ResidentBytes, TimeSpan ProcessorTime)
{
    // USER_HZ: 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static ProcessUsage Read(int processId)
    {
        var resident = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];

        // The name stands in parentheses and may hold spaces: count fields behind the last one.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new ProcessUsage(Number(kilobytes) * 1024, TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
