using BenchmarkDotNet.Attributes;

namespace TaskDashboard.Bench.Storage;

/// <summary>
/// Events through the one writer, so many handed over at once, until all are on disk. Group commit is the quotient: a batch of 512 is far from 512 batches of one.
/// </summary>
[MemoryDiagnoser]
public class StoreWriterBenchmarks
{
    private BenchStore store = null!;
    private IReadOnlyList<string> tasks = [];

    /// <summary>How many events are handed over at once, each to another task.</summary>
    [Params(1, 8, 64, 512)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Open()
    {
        store = new BenchStore();
        tasks = store.FillWithPending(Batch);
    }

    [GlobalCleanup]
    public void Close() => store.Dispose();

    [Benchmark]
    public Task Append() => Task.WhenAll(tasks.Select(task => store.AppendAsync(task, "One sentence of an answer, as it is stored.")));
}
