using System.Diagnostics;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;

namespace TaskDashboard.Load.Rows;

/// <summary>One-token tasks, create → completed, 64 clients: in one request, and in two.</summary>
internal sealed class ThroughputRow : IRow
{
    private const int Clients = 64;

    public string Letter => "a";

    public string Name => "throughput";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        var servers = await context.StartServersAsync(ProductSettings.Default, cancellationToken);
        IReadOnlyList<Source> sources = [context.Model, .. servers];
        var rounds = context.Rounds(full: 5, quick: 3);
        var duration = TimeSpan.FromSeconds(context.Quick ? 1.5 : 3);

        await Rounds<ClosedLoop>.TakeAsync([context.Model], 1, source => OneRequestAsync(source, duration, cancellationToken), cancellationToken);
        var one = await Rounds<ClosedLoop>.TakeAsync(sources, rounds, source => OneRequestAsync(source, duration, cancellationToken), cancellationToken);
        var two = await Rounds<ClosedLoop>.TakeAsync(servers, rounds, server => TwoRequestsAsync(server, duration, cancellationToken), cancellationToken);
        return
        [
            one.ToMeasure("a", "one-token tasks, create → completed, 64 clients", "tasks/s", loop => loop.PerSecond, Budget.AtLeastOfFloor(0.2, 0.5), context.ProductProblem),
            one.ToMeasure("a", "the same: first token, median", "ms", loop => loop.Percentile(50)),
            one.ToMeasure("a", "the same: first token, p95", "ms", loop => loop.Percentile(95)),
            two.ToMeasure("a", "the same in two requests (create, then watch)", "tasks/s", loop => loop.PerSecond),
        ];
    }

    private static Task<ClosedLoop> OneRequestAsync(Source source, TimeSpan duration, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(Clients, duration, async () =>
        {
            var begin = Stopwatch.GetTimestamp();
            using var watch = await source.StartAsync(ModelBehaviour.One, cancellationToken);
            return await FinishAsync(watch, begin, cancellationToken);
        });

    private static Task<ClosedLoop> TwoRequestsAsync(TaskServer server, TimeSpan duration, CancellationToken cancellationToken) =>
        ClosedLoop.RunAsync(Clients, duration, async () =>
        {
            var begin = Stopwatch.GetTimestamp();
            var taskId = await server.CreateAsync(ModelBehaviour.One, cancellationToken);
            using var watch = await server.WatchAsync(taskId, cancellationToken);
            return await FinishAsync(watch, begin, cancellationToken);
        });

    private static async Task<double> FinishAsync(Watch watch, long begin, CancellationToken cancellationToken)
    {
        await watch.ReadTextAsync(1, cancellationToken);
        var firstToken = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        await watch.ReadToEndAsync(null, cancellationToken);
        return firstToken;
    }
}
