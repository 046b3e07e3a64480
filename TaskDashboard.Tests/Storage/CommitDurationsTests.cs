using TaskDashboard.Core.Storage;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Storage;

public sealed class CommitDurationsTests
{
    private readonly ManualTimeProvider time = new();

    [Fact]
    public void Read_BeforeAnyCommit_IsZero() =>
        Assert.Equal(new CommitTimes(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), new CommitDurations(time).Read());

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 2, 2)]
    [InlineData(100, 50, 99, 100)]
    [InlineData(1000, 500, 990, 1000)]
    public void Read_TellsTheRanks(int commits, int median, int p99, int max)
    {
        var durations = new CommitDurations(time);
        foreach (var milliseconds in Enumerable.Range(1, commits).Reverse()) durations.Add(milliseconds * TimeSpan.TicksPerMillisecond);

        Assert.Equal(new CommitTimes(commits, Milliseconds(median), Milliseconds(p99), Milliseconds(max)), durations.Read());
    }

    [Fact]
    public void Read_ForgetsWhatIsLongAgo_ButCountsIt()
    {
        var durations = new CommitDurations(time);
        durations.Add(TimeSpan.TicksPerHour);
        for (var commit = 0; commit < 4096; commit++) durations.Add(TimeSpan.TicksPerMillisecond);

        Assert.Equal(new CommitTimes(4097, Milliseconds(1), Milliseconds(1), Milliseconds(1)), durations.Read());
    }

    private static TimeSpan Milliseconds(int number) => TimeSpan.FromMilliseconds(number);
}
