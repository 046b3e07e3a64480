using BenchmarkDotNet.Attributes;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;

namespace TaskDashboard.Bench.Storage;

/// <summary>The list as the Tasks page asks for it.</summary>
[MemoryDiagnoser]
public class TaskListBenchmarks
{
    private BenchStore store = null!;

    [Params(1_000, 100_000)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Open()
    {
        store = new BenchStore();
        store.FillWithEnded(Tasks);
    }

    [GlobalCleanup]
    public void Close() => store.Dispose();

    [Benchmark(Baseline = true)]
    public Task<TaskPage> FirstPage() => store.Store.Reader.ListAsync(new TaskQuery());

    [Benchmark]
    public Task<TaskPage> NeedsAttentionFirst() => store.Store.Reader.ListAsync(new TaskQuery { Sort = TaskSort.Attention });

    [Benchmark]
    public Task<TaskPage> StatusFilter() => store.Store.Reader.ListAsync(new TaskQuery { Statuses = [AgentTaskStatus.Failed] });

    [Benchmark]
    public Task<TaskPage> SearchRareWord() => store.Store.Reader.ListAsync(new TaskQuery { Search = TaskSeeder.RareWord(4_321) });

    [Benchmark]
    public Task<TaskPage> SearchCommonWord() => store.Store.Reader.ListAsync(new TaskQuery { Search = TaskSeeder.Words[2] });
}
