using System.Diagnostics;

namespace TaskDashboard.Tests.Durability;

public sealed class MemoryTrendTests
{
    [Fact]
    public void Fit_FindsTheSlopeUnderTheNoise()
    {
        var trend = new MemoryTrend();
        for (var second = 0; second < 120; second++) trend.Add(TimeSpan.FromSeconds(second), 50_000 + (second * 2) + (second % 4 is 0 or 3 ? 300 : -300));

        var (slope, scatter) = trend.Fit();

        Assert.Equal(120, slope, tolerance: 5);
        Assert.Equal(300, scatter, tolerance: 5);
    }

    /// <remarks>The process is another than this one: beside thousands of tests, what the collector gives back or has in reserve would decide the figure.</remarks>
    [Fact]
    public async Task PrivateMemory_OfAProcessThatHolds64Megabytes_CountsThem()
    {
        const int Held = 64 * 1024 * 1024;
        using var holder = Process.Start(new ProcessStartInfo("tail", ["-c", $"{Held}"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            await holder.StandardInput.BaseStream.WriteAsync(new byte[Held]);
            holder.StandardInput.Close();

            // It holds everything until its input has ended, and goes on holding it while nobody reads more than the first byte.
            Assert.Equal(1, await holder.StandardOutput.BaseStream.ReadAsync(new byte[1]));

            Assert.InRange(MemoryTrend.PrivateKilobytesOf(holder.Id), Held / 1024, Held / 1024 * 3 / 2);
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync();
        }
    }
}
