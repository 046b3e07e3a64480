using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;
using TaskDashboard.Load.Processes;

namespace TaskDashboard.Load.Rows;

/// <summary>1,000 tasks at work, each at a token a second: what they hold, what they use, and how the list answers meanwhile.</summary>
internal sealed class RunningTasksRow : IRow
{
    private const int Tasks = 1_000;
    private const int WarmUpClients = 16;
    private const int ListReads = 200;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly string TokenASecond = ModelBehaviour.Paced(100, 1);

    public string Letter => "f";

    public string Name => "running";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        await context.RestartFloorAsync(cancellationToken);
        var servers = await context.StartServersAsync(new ProductSettings(Tasks + 100), cancellationToken, warmUp: false);
        var problem = context.ProductProblem;
        var span = TimeSpan.FromSeconds(context.Quick ? 4 : 10);
        var taken = await Rounds<Load>.TakeAsync(servers, 1, server => LoadAsync(context.Model, server, span, cancellationToken), cancellationToken);
        return
        [
            taken.ToMeasure("f", "1,000 running tasks: memory per task", "KB", load => load.KilobytesPerTask, Budget.AtMost(150, 64), problem),
            taken.ToMeasure("f", "the same without asking for a collection", "KB", load => load.UncollectedKilobytesPerTask),
            taken.ToMeasure("f", "1,000 running tasks: processor", "% of a core", load => load.ProcessorPercent, Budget.AtMost(15, 8)),
            taken.ToMeasure("f", "1,000 running tasks: list p95 meanwhile", "ms", load => load.ListP95, Budget.AtMost(10, 4)),
        ];
    }

    private static async Task<Load> LoadAsync(ModelSource model, TaskServer server, TimeSpan span, CancellationToken cancellationToken)
    {
        await WarmUpAsync(server, cancellationToken);
        await WaitForRunningAsync(server, 0, cancellationToken);
        await HeapSettler.CollectAsync(server.ProcessId, cancellationToken);
        var before = ProcessUsage.Read(server.ProcessId);

        await CreateAsync(server, TokenASecond, cancellationToken);
        await WaitForRunningAsync(server, Tasks, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);

        var begin = Stopwatch.GetTimestamp();
        var idle = ProcessUsage.Read(server.ProcessId);
        await Task.Delay(span, cancellationToken);
        var used = ProcessUsage.Read(server.ProcessId);
        var percent = 100 * (used.ProcessorTime - idle.ProcessorTime) / Stopwatch.GetElapsedTime(begin);

        var list = await ListAsync(server, cancellationToken);
        await HeapSettler.CollectAsync(server.ProcessId, cancellationToken);
        var after = ProcessUsage.Read(server.ProcessId);
        await WaitForRunningAsync(server, Tasks, cancellationToken);
        await model.FinishAllAsync(cancellationToken);
        await WaitForRunningAsync(server, 0, cancellationToken);

        static double PerTask(ProcessUsage before, ProcessUsage after) => (after.ResidentBytes - before.ResidentBytes) / 1024.0 / Tasks;
        return new Load(PerTask(before, after), PerTask(before, used), percent, list.Percentile(95));
    }

    /// <summary>
    /// What is made once (code, pools, statements) is not the tasks' own, and the compiler's work is not theirs either. Few tasks at a time,
    /// so that the heap does not grow to what a thousand are about to need.
    /// </summary>
    private static async Task WarmUpAsync(TaskServer server, CancellationToken cancellationToken) =>
        await ClosedLoop.RunAsync(WarmUpClients, WarmUp, async () =>
        {
            using var watch = await server.StartAsync(ModelBehaviour.Paced(20, 200), cancellationToken);
            await watch.ReadToEndAsync(null, cancellationToken);
            return 0;
        });

    private static Task CreateAsync(TaskServer server, string model, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, Tasks),
        new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
        async (_, token) => await server.CreateAsync(model, token));

    private static async Task WaitForRunningAsync(TaskServer server, int expected, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            using var answer = JsonDocument.Parse(await server.GetAsync("/api/tasks/running/count", cancellationToken));
            var count = answer.RootElement.GetProperty("count").GetInt32();
            if (count == expected) return;
            if (Stopwatch.GetElapsedTime(begin) > TimeSpan.FromSeconds(20))
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{count} tasks ran and not {expected}."));
            await Task.Delay(50, cancellationToken);
        }
    }

    private static async Task<List<double>> ListAsync(TaskServer server, CancellationToken cancellationToken)
    {
        var milliseconds = new List<double>(ListReads);
        for (var i = 0; i < ListReads; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            await server.GetAsync("/api/tasks?limit=50", cancellationToken);
            milliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            await Task.Delay(10, cancellationToken);
        }

        return milliseconds;
    }

    private sealed record Load(double KilobytesPerTask, double UncollectedKilobytesPerTask, double ProcessorPercent, double ListP95);
}
