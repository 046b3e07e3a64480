namespace TaskDashboard.Tests.Durability;

/// <summary>How a process's memory moves over time: samples, and the straight line that fits them best.</summary>
internal sealed class MemoryTrend
{
    private readonly List<(TimeSpan At, double Kilobytes)> samples = [];

    public int Count => samples.Count;

    public double First => samples[0].Kilobytes;

    public double Last => samples[^1].Kilobytes;

    public void Add(TimeSpan at, double kilobytes) => samples.Add((at, kilobytes));

    /// <summary>The slope of the line in KB a minute, by least squares, and how far the samples stray from it (standard deviation, KB).</summary>
    /// <exception cref="InvalidOperationException">There are fewer than three samples.</exception>
    public (double KilobytesPerMinute, double Scatter) Fit()
    {
        if (samples.Count < 3) throw new InvalidOperationException("Fewer than three samples make no line.");
        var meanTime = samples.Average(sample => sample.At.TotalMinutes);
        var meanSize = samples.Average(sample => sample.Kilobytes);
        var slope = samples.Sum(sample => (sample.At.TotalMinutes - meanTime) * (sample.Kilobytes - meanSize))
            / samples.Sum(sample => (sample.At.TotalMinutes - meanTime) * (sample.At.TotalMinutes - meanTime));
        var scatter = Math.Sqrt(samples.Average(sample => Math.Pow(sample.Kilobytes - meanSize - (slope * (sample.At.TotalMinutes - meanTime)), 2)));
        return (slope, scatter);
    }

    /// <summary>Bytes of memory that are the process's own and in use, in KB: what it shares with others, and files that are mapped, do not count.</summary>
    public static double PrivateKilobytesOf(int processId)
    {
        var rollup = $"/proc/{processId}/smaps_rollup";
        if (File.Exists(rollup)) return File.ReadLines(rollup).Where(line => line.StartsWith("Anonymous:", StringComparison.Ordinal)).Select(Number).Single();
        using var process = System.Diagnostics.Process.GetProcessById(processId);
        return process.WorkingSet64 / 1024.0;
    }

    private static double Number(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}
