using System.Diagnostics;
using System.Net;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Durability;

/// <summary>Promise 7: after kill -9 and restart, 1,000 unfinished tasks are settled within 10 s. Measured at the real program, from its launch.</summary>
[Collection(AloneCollection.Name)]
public sealed class RestartTests(ITestOutputHelper output)
{
    private const int Tasks = 1_000;

    /// <summary>Every so many tasks are looked at in full.</summary>
    private const int Sampled = 25;

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DoneBound = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Start_WithAThousandUnfinishedTasks_SettlesThemWithinTenSecondsAndCarriesThemOn()
    {
        var directory = await UnfinishedTasks.SeedAsync(Tasks);
        try
        {
            await using var program = DashboardProcess.Launch(directory);
            await program.ListenAsync();
            var listening = program.SinceLaunch;
            await SettledAsync(program);
            var settled = program.SinceLaunch;
            await DoneAsync(program);
            output.WriteLine(
                $"{Tasks} unfinished tasks: listening {listening.TotalSeconds:0.00} s, settled {settled.TotalSeconds:0.00} s, "
                + $"all done {program.SinceLaunch.TotalSeconds:0.0} s after the launch.");

            Assert.True(settled <= Promised, $"Settled only after {settled}.");
            await CheckAsync(program);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Ready, and no task is at work for an owner that is gone: what runs, runs in a second run of its task.</summary>
    private static async Task SettledAsync(DashboardProcess program)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var ready = await program.Client.GetAsync("/health/ready");
            var tasks = await TaskHistory.AllAsync(program.Client, "/api/tasks?status=running,waiting");
            if (ready.StatusCode == HttpStatusCode.OK && tasks.All(task => task.GetProperty("run_count").GetInt32() > 1)) return;
            if (clock.Elapsed > DoneBound) throw new TimeoutException($"Never settled. The program's log:\n{program.Log}");
            await Task.Delay(10);
        }
    }

    private static async Task DoneAsync(DashboardProcess program)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var page = await program.Client.GetAsync("/api/tasks?limit=1");
            var counts = (await page.JsonAsync()).GetProperty("counts");
            if (counts.GetProperty("completed").GetInt64() == Tasks) return;
            if (clock.Elapsed > DoneBound) throw new TimeoutException($"Never done: {counts}. The program's log:\n{program.Log}");
            await Task.Delay(50);
        }
    }

    private static async Task CheckAsync(DashboardProcess program)
    {
        var tasks = await TaskHistory.AllAsync(program.Client, "/api/tasks");
        Assert.Equal(Tasks, tasks.Count);
        Assert.All(tasks, task => Assert.Equal(2, task.GetProperty("run_count").GetInt32()));
        foreach (var task in tasks.Where((_, index) => index % Sampled == 0))
        {
            var history = (await TaskHistory.ReadAsync(program.Client, task.Id()))!;
            LogExpectations.AssertHold(history);
            Assert.Equal(["interrupted", "completed"], history.Runs.Select(run => run.String("outcome")));
            Assert.Single(history.Events, item =>
                (item.String("type") == "tool_result" && item.GetProperty("data").String("status") == "unknown")
                || (item.String("type") == "message" && item.GetProperty("data").String("text") == "Half an answer" && item.GetProperty("data").GetProperty("partial").GetBoolean()));
        }

        Assert.Empty(await SelfCheckExpectations.ViolationsAsync(program.Client));
    }
}
