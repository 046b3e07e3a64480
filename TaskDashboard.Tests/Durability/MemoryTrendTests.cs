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

    [Fact]
    public void PrivateMemory_OfThisProcess_GrowsWithWhatItTakes()
    {
        var before = MemoryTrend.PrivateKilobytesOf(Environment.ProcessId);
        var taken = GC.AllocateUninitializedArray<byte>(64 * 1024 * 1024, pinned: true);
        taken.AsSpan().Fill(1);

        Assert.InRange(MemoryTrend.PrivateKilobytesOf(Environment.ProcessId) - before, 32 * 1024, 1024 * 1024);
        GC.KeepAlive(taken);
    }
}
