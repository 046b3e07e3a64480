using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Durability;

/// <summary>Viewers that vanish leave nothing behind, however many they are and however busy what they watched.</summary>
[Collection(AloneCollection.Name)]
public sealed class DisconnectTests(ITestOutputHelper output)
{
    private const int Disconnects = 5_000;
    private const int WarmUp = 600;
    private const int AtATime = 50;
    private const int FloodingTasks = 4;
    private const double AllowedGrowth = 1.10;

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task FiveThousandAbruptDisconnects_LeaveNoViewerAndNoMemoryBehind()
    {
        var seed = TestSeed.Choose();
        output.WriteLine($"{TestSeed.Variable}={seed}");
        await using var program = await DashboardApplication.StartAsync(model => model.Always(FloodAsync), settings: [("Limits:MaxConcurrentRuns", "64")]);
        await FloodAndVanishAsync(program, WarmUp, seed);
        var before = Heap();

        var clock = Stopwatch.StartNew();
        var leaving = await FloodAndVanishAsync(program, Disconnects, seed + 1);
        var after = Heap();

        output.WriteLine(
            $"{Disconnects} disconnects in {clock.Elapsed.TotalSeconds:0.0} s; no viewer left {leaving.TotalSeconds:0.00} s after the last; "
            + $"heap {before / 1024.0 / 1024:0.00} MB before, {after / 1024.0 / 1024:0.00} MB after.");
        Assert.True(after <= before * AllowedGrowth, $"The heap grew from {before:N0} to {after:N0} bytes.");
        Assert.DoesNotContain(program.Logs.Lines, line => line.Level >= LogLevel.Error);
    }

    /// <summary>Lets tasks flood while viewers come and vanish; then ends the tasks, so that only what the viewers left can be there.</summary>
    /// <returns>How long after the last disconnect there was no viewer any more, while the tasks still flooded.</returns>
    private static async Task<TimeSpan> FloodAndVanishAsync(DashboardApplication program, int disconnects, int seed)
    {
        var tasks = new List<string>();
        for (var task = 0; task < FloodingTasks; task++)
        {
            tasks.Add((await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = $"Flood {seed} {task}" })).Task.Id);
        }

        foreach (var task in tasks) await program.WaitForAsync(task, AgentTaskStatus.Running);

        await Parallel.ForAsync(0, disconnects, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, _) =>
        {
            var random = TestSeed.For(seed, number);
            var task = tasks[random.Next(tasks.Count)];
            await (random.Next(10) switch
            {
                0 => AbruptViewer.WatchHubAndVanishAsync(program.Address, "StreamTask", task, 0),
                1 => AbruptViewer.WatchHubAndVanishAsync(program.Address, "StreamChanges"),
                2 or 3 => AbruptViewer.WatchAndVanishAsync(program.Address, "/api/stream", 0),
                _ => AbruptViewer.WatchAndVanishAsync(program.Address, $"/api/tasks/{task}/stream", random.Next(4)),
            });
        });

        var feed = program.Services.GetRequiredService<Store>().Feed;
        var clock = Stopwatch.StartNew();
        while (feed.ViewerCount > 0)
        {
            Assert.True(clock.Elapsed < Promised, $"{feed.ViewerCount} viewers are left {Promised} after the last disconnect.");
            await Task.Delay(10);
        }

        var leaving = clock.Elapsed;
        foreach (var task in tasks) await program.Tasks.CancelAsync(task, CancelScope.Task, "the test");
        foreach (var task in tasks) await program.WaitForAsync(task, AgentTaskStatus.Cancelled);
        return leaving;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> FloodAsync(
        IReadOnlyList<ChatMessage> messages, Core.Providers.IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(2, cancellationToken);
            yield return ScriptedModelProvider.Text("word ");
        }
    }

    private static long Heap()
    {
        // Twice, with what waits for its finalizer in between.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
