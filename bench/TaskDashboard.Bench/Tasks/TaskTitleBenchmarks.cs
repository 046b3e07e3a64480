using BenchmarkDotNet.Attributes;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Bench.Tasks;

/// <summary>The title of a new task: every create without one derives it from the message.</summary>
[MemoryDiagnoser]
public class TaskTitleBenchmarks
{
    private readonly string sentence = "Summarise README.md";
    private readonly string page = string.Concat(Enumerable.Repeat("Read every file under src and tell me what it is for. ", 40));
    private readonly string combined = string.Concat(Enumerable.Repeat("家族 👨‍👩‍👧 é ", 40));

    [Benchmark(Baseline = true)]
    public string Sentence() => TaskTitle.FromMessage(sentence);

    [Benchmark]
    public string Page() => TaskTitle.FromMessage(page);

    [Benchmark]
    public string CombinedCharacters() => TaskTitle.FromMessage(combined);
}
