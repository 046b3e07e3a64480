using System.Globalization;
using System.Runtime.InteropServices;

namespace TaskDashboard.Load.Report;

/// <summary>What the numbers were taken on.</summary>
internal static class Machine
{
    public static string Describe(bool quick)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores, {memory:0.0} GB, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {(quick ? "quick" : "full")} run");
    }
}
