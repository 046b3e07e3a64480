using System.Diagnostics;
using System.Globalization;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Processes;
using TaskDashboard.Seeding;

namespace TaskDashboard.Load.Rows;

/// <summary>The list over 100,000 stored tasks: its first page, a search, a status filter.</summary>
internal sealed class StoredTasksRow : IRow
{
    private const int Reads = 100;

    public string Letter => "h";

    public string Name => "stored";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        var stored = context.Quick ? 10_000 : 100_000;
        if (await context.StartProductAsync(ProductSettings.Default, cancellationToken) is not { } product)
            return [new Measure("h", "100,000 stored tasks", "ms") { Budget = Budget.AtMost(10, 2), Note = context.ProductProblem }];

        await product.RestartAsync(
            () => ChildProcess.RunOwnAsync([StoreSeeding.Verb, product.DataDirectory, stored.ToString(CultureInfo.InvariantCulture)], cancellationToken),
            cancellationToken);
        await Rounds<Pages>.TakeAsync([product.Server], 2, server => ReadAsync(server, cancellationToken), cancellationToken);
        var taken = await Rounds<Pages>.TakeAsync([product.Server], context.Rounds(full: 3, quick: 2), server => ReadAsync(server, cancellationToken), cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"{stored:#,0} stored tasks, p95");
        return
        [
            taken.ToMeasure("h", $"{name}: first page", "ms", pages => pages.First, Budget.AtMost(10, 2)),
            taken.ToMeasure("h", $"{name}: search for a rare word", "ms", pages => pages.RareWord, Budget.AtMost(50, 10)),
            taken.ToMeasure("h", $"{name}: search for a word in every fourth task", "ms", pages => pages.CommonWord, Budget.AtMost(50, 10)),
            taken.ToMeasure("h", $"{name}: status filter", "ms", pages => pages.Status, Budget.AtMost(10, 2)),
        ];
    }

    private static async Task<Pages> ReadAsync(TaskServer server, CancellationToken cancellationToken)
    {
        async Task<double> P95Async(Func<int, string> path)
        {
            var milliseconds = new List<double>(Reads);
            for (var i = 0; i < Reads; i++)
            {
                var begin = Stopwatch.GetTimestamp();
                await server.GetAsync(path(i), cancellationToken);
                milliseconds.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }

            return milliseconds.Percentile(95);
        }

        string[] statuses = ["completed", "failed", "cancelled", "running", "failed,cancelled", "pending,running,waiting"];
        return new Pages(
            await P95Async(_ => "/api/tasks?limit=50"),
            await P95Async(i => $"/api/tasks?limit=50&q={TaskSeeder.RareWord(i * 97)}"),
            await P95Async(i => $"/api/tasks?limit=50&q={TaskSeeder.Words[i % TaskSeeder.Words.Count]}"),
            await P95Async(i => $"/api/tasks?limit=50&status={statuses[i % statuses.Length]}"));
    }

    private sealed record Pages(double First, double RareWord, double CommonWord, double Status);
}
