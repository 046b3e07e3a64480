using BenchmarkDotNet.Attributes;
using TaskDashboard.Bench.Storage;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Bench.Events;

/// <summary>One piece of streaming text to so many viewers, until each of them has its frame and the frame's JSON.</summary>
[MemoryDiagnoser]
public class TaskFeedBenchmarks
{
    private readonly CancellationTokenSource leaving = new();
    private readonly SemaphoreSlim everybodyHasIt = new(0);
    private BenchStore store = null!;
    private string taskId = "";
    private Task[] watching = [];
    private int missing;

    [Params(1, 50, 500)]
    public int Viewers { get; set; }

    [GlobalSetup]
    public void Gather()
    {
        store = new BenchStore();
        taskId = store.FillWithPending(1)[0];
        missing = Viewers;
        watching = [.. Enumerable.Range(0, Viewers).Select(_ => Task.Run(WatchAsync))];

        // The first piece also says that all of them are there: who joins behind it gets it as text so far.
        Publish().GetAwaiter().GetResult();
    }

    [GlobalCleanup]
    public void Leave()
    {
        leaving.Cancel();
        Task.WhenAll(watching).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        store.Dispose();
        leaving.Dispose();
        everybodyHasIt.Dispose();
    }

    [Benchmark]
    public Task Publish()
    {
        Volatile.Write(ref missing, Viewers);
        store.Store.Feed.Append(taskId, "msg_bench", EntryRole.Assistant, "a token ");
        return everybodyHasIt.WaitAsync();
    }

    private async Task WatchAsync()
    {
        await foreach (var frame in store.Store.Feed.WatchTaskAsync(taskId, 0, leaving.Token))
        {
            if (frame is DeltaFrame && frame.Json.Length > 0 && Interlocked.Decrement(ref missing) == 0) everybodyHasIt.Release();
        }
    }
}
