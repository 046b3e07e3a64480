using System.Diagnostics;
using TaskDashboard.Load.Processes;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Durability;

/// <summary>
/// Promise 9, for memory: half an hour of 50 events a second with five pages open costs no more at its end than after its warm-up. In the short
/// form half a minute, which finds what leaks fast.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SoakTests(BrowserFixture browsers, ITestOutputHelper output) : IClassFixture<BrowserFixture>, IDisposable
{
    private const double EventsPerSecond = 50;

    /// <summary>A line through fewer says nothing: on a busy machine a sample takes seconds.</summary>
    private const int FewestSamples = 6;

    private static readonly TimeSpan WarmUp = LongForm.Pick(TimeSpan.FromSeconds(12), TimeSpan.FromMinutes(8));
    private static readonly TimeSpan LongestWarmUp = WarmUp * 5;
    private static readonly TimeSpan Measured = LongForm.Pick(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(22));
    private static readonly TimeSpan BetweenSamples = LongForm.Pick(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    /// <summary>Over so short a time the runtime still compiles and its heap still settles, so that only a landslide is seen.</summary>
    private static readonly double AllowedKilobytesPerMinute = LongForm.Pick(40_000.0, 150.0);

    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-soak-").FullName;

    [Fact]
    public async Task FiftyEventsASecond_WithFivePagesOpen_DoNotFillTheMemory()
    {
        await using var program = await DashboardProcess.StartAsync(directory, ("Providers:builtin:Type", "Builtin"), ("Providers:builtin:PaceMilliseconds", "20"));
        var workload = new SoakWorkload(program, EventsPerSecond);
        await workload.BeginAsync();
        await using var pages = await SoakPages.OpenAsync(browsers, program, workload);
        using var over = new CancellationTokenSource();
        var working = workload.WorkAsync(over.Token);

        var settled = await SettleAsync(program, workload, pages);
        var (eventsBefore, clock) = (await workload.EventsAsync(), Stopwatch.StartNew());
        var trend = new MemoryTrend();
        await WatchAsync(program, workload, pages, clock => clock >= Measured && trend.Count >= FewestSamples, trend);
        var rate = (await workload.EventsAsync() - eventsBefore) / clock.Elapsed.TotalSeconds;
        await over.CancelAsync();
        await working;

        var (slope, scatter) = trend.Fit();
        output.WriteLine(
            $"{rate:0.0} events/s, {workload.Made} tasks; private memory {trend.First / 1024:0.0} MB after {settled}, {trend.Last / 1024:0.0} MB {clock.Elapsed} later: "
            + $"slope {slope:+0;-0} KB/min over {trend.Count} samples that stray {scatter:0} KB.");
        await pages.ShowNewestAsync(workload);
        Assert.Empty(await SelfCheckExpectations.ViolationsAsync(program.Client));
        Assert.True(rate >= EventsPerSecond * 0.8, $"Only {rate:0.0} events a second.");
        Assert.True(slope <= AllowedKilobytesPerMinute, $"Memory grows by {slope:0} KB a minute.");
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>
    /// The warm-up. It is over when the runtime has compiled what it needs, which takes a busy machine longer than a quiet one: when memory has
    /// grown by less than half of what is allowed over as many samples as the measurement has at least. What never settles is measured all the same.
    /// </summary>
    /// <returns>How long it took.</returns>
    private static async Task<TimeSpan> SettleAsync(DashboardProcess program, SoakWorkload workload, SoakPages pages)
    {
        var clock = Stopwatch.StartNew();
        await WatchAsync(program, workload, pages, elapsed => elapsed >= WarmUp, new MemoryTrend());
        while (clock.Elapsed < LongestWarmUp)
        {
            var trend = new MemoryTrend();
            await WatchAsync(program, workload, pages, _ => trend.Count >= FewestSamples, trend);
            if (trend.Fit().KilobytesPerMinute <= AllowedKilobytesPerMinute / 2) break;
        }

        return clock.Elapsed;
    }

    /// <summary>Lets time pass, sees to it that every page goes on, and takes the samples.</summary>
    private static async Task WatchAsync(DashboardProcess program, SoakWorkload workload, SoakPages pages, Func<TimeSpan, bool> isOver, MemoryTrend trend)
    {
        var clock = Stopwatch.StartNew();
        for (var turn = 1; !isOver(clock.Elapsed); turn++)
        {
            await pages.GoOnAsync(workload);
            var pause = (BetweenSamples * turn) - clock.Elapsed;
            if (pause > TimeSpan.Zero) await Task.Delay(pause);
            if (await pages.FindProblemAsync(workload) is { } problem)
                Assert.Fail($"{clock.Elapsed} into this part: {problem} Problems in the program's log:\n{string.Join('\n', program.Problems)}");

            // What is garbage is not counted: memory is compared with itself, and not with the collector's mood.
            await HeapSettler.CollectAsync(program.Id, CancellationToken.None);
            trend.Add(clock.Elapsed, MemoryTrend.PrivateKilobytesOf(program.Id));
        }
    }
}
