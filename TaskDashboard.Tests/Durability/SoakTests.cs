using System.Diagnostics;
using Microsoft.Playwright;
using TaskDashboard.Load.Processes;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Durability;

/// <summary>
/// Promise 9, for memory: half an hour of 50 events a second with five pages open costs no more at its end than after its warm-up. In the short
/// form half a minute, which finds what leaks fast.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SoakTests(BrowserFixture browsers, ITestOutputHelper output) : IClassFixture<BrowserFixture>, IDisposable
{
    private const double EventsPerSecond = 50;

    private static readonly TimeSpan WarmUp = LongForm.Pick(TimeSpan.FromSeconds(12), TimeSpan.FromMinutes(8));
    private static readonly TimeSpan Measured = LongForm.Pick(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(22));
    private static readonly TimeSpan BetweenSamples = LongForm.Pick(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    /// <summary>Over so short a time the runtime still compiles and its heap still settles, so that only a landslide is seen.</summary>
    private static readonly double AllowedKilobytesPerMinute = LongForm.Pick(40_000.0, 150.0);

    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-soak-").FullName;

    [SignalFact]
    public async Task FiftyEventsASecond_WithFivePagesOpen_DoNotFillTheMemory()
    {
        await using var program = await DashboardProcess.StartAsync(directory, ("Providers:builtin:Type", "Builtin"), ("Providers:builtin:PaceMilliseconds", "20"));
        var workload = new SoakWorkload(program, EventsPerSecond);
        await workload.BeginAsync();
        var lists = await OpenAsync(program, 2, "tasks");
        var chats = await OpenAsync(program, 3, $"chat?taskId={workload.Newest}");
        using var over = new CancellationTokenSource();
        var working = workload.WorkAsync(over.Token);

        await WatchAsync(program, workload, chats, WarmUp, null);
        var (eventsBefore, clock) = (await workload.EventsAsync(), Stopwatch.StartNew());
        var trend = new MemoryTrend();
        await WatchAsync(program, workload, chats, Measured, trend);
        var rate = (await workload.EventsAsync() - eventsBefore) / clock.Elapsed.TotalSeconds;
        await over.CancelAsync();
        await working;

        var (slope, scatter) = trend.Fit();
        output.WriteLine(
            $"{rate:0.0} events/s, {workload.Made} tasks; private memory {trend.First / 1024:0.0} MB after {WarmUp}, {trend.Last / 1024:0.0} MB {Measured} later: "
            + $"slope {slope:+0;-0} KB/min over {trend.Count} samples that stray {scatter:0} KB.");
        await StillAliveAsync(lists, chats, workload);
        Assert.Empty(await SelfCheckExpectations.ViolationsAsync(program.Client));
        Assert.True(rate >= EventsPerSecond * 0.8, $"Only {rate:0.0} events a second.");
        Assert.True(slope <= AllowedKilobytesPerMinute, $"Memory grows by {slope:0} KB a minute.");
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>Lets time pass; the chat pages go from task to task, as somebody does who looks after all of them.</summary>
    private static async Task WatchAsync(DashboardProcess program, SoakWorkload workload, IPage[] chats, TimeSpan duration, MemoryTrend? trend)
    {
        var clock = Stopwatch.StartNew();
        for (var turn = 0; clock.Elapsed < duration; turn++)
        {
            await chats[turn % chats.Length].EvaluateAsync("address => Blazor.navigateTo(address)", $"/chat?taskId={workload.Newest}");
            var pause = (BetweenSamples * (turn + 1)) - clock.Elapsed;
            if (pause > TimeSpan.Zero) await Task.Delay(pause);

            // What is garbage is not counted: memory is compared with itself, and not with the collector's mood.
            await HeapSettler.CollectAsync(program.Id, CancellationToken.None);
            trend?.Add(clock.Elapsed, MemoryTrend.PrivateKilobytesOf(program.Id));
        }
    }

    /// <summary>The pages show the newest task: they were served all the time.</summary>
    private static async Task StillAliveAsync(IPage[] lists, IPage[] chats, SoakWorkload workload)
    {
        foreach (var page in lists) await Expect(page.Locator("body")).ToContainTextAsync($"Soak {workload.Made - 1}");
        foreach (var page in chats)
        {
            await page.EvaluateAsync("address => Blazor.navigateTo(address)", $"/chat?taskId={workload.Newest}");
            await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("task runs in the background");
            await page.Context.DisposeAsync();
        }

        foreach (var page in lists) await page.Context.DisposeAsync();
    }

    private async Task<IPage[]> OpenAsync(DashboardProcess program, int count, string path)
    {
        var pages = new IPage[count];
        for (var index = 0; index < count; index++)
        {
            pages[index] = await browsers.OpenPageAsync();
            await pages[index].GotoAsync(program.Address + path);
            await Expect(pages[index].Locator("body")).ToContainTextAsync("Soak 0");
        }

        return pages;
    }
}
