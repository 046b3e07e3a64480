using System.Diagnostics;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;

namespace TaskDashboard.Load.Rows;

/// <summary>From the create to the first token at the viewer: one client at a time, and beside 64 streams that keep the server busy but not full.</summary>
internal sealed class FirstTokenRow : IRow
{
    private const int Streaming = 64;

    private static readonly string HalfASecond = ModelBehaviour.Paced(10, 20);

    public string Letter => "b";

    public string Name => "first-token";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<Source> sources = [context.Model, .. await context.StartServersAsync(ProductSettings.Default, cancellationToken)];
        var problem = context.ProductProblem;
        var rounds = context.Rounds(full: 5, quick: 2);
        var duration = TimeSpan.FromSeconds(context.Quick ? 1 : 2);

        Task<ClosedLoop> Measure(Source source, int clients, string model) => ClosedLoop.RunAsync(clients, duration, async () =>
        {
            var begin = Stopwatch.GetTimestamp();
            using var watch = await source.StartAsync(model, cancellationToken);
            await watch.ReadTextAsync(1, cancellationToken);
            var firstToken = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            await watch.ReadToEndAsync(null, cancellationToken);
            return firstToken;
        }, spread: TimeSpan.FromSeconds(clients == Streaming ? 0.5 : 0));

        await Rounds<ClosedLoop>.TakeAsync(sources, 1, source => Measure(source, 1, ModelBehaviour.One), cancellationToken);
        var alone = await Rounds<ClosedLoop>.TakeAsync(sources, rounds, source => Measure(source, 1, ModelBehaviour.One), cancellationToken);
        var busy = await Rounds<ClosedLoop>.TakeAsync(sources, rounds, source => Measure(source, Streaming, HalfASecond), cancellationToken);
        var budget = Budget.AtMostOfFloor(2, 1.3);
        return
        [
            alone.ToMeasure("b", "first token from create, 1 client, median", "ms", loop => loop.Percentile(50), budget, problem),
            alone.ToMeasure("b", "first token from create, 1 client, p95", "ms", loop => loop.Percentile(95), budget),
            busy.ToMeasure("b", "first token from create, 64 streaming clients, median", "ms", loop => loop.Percentile(50), budget),
            busy.ToMeasure("b", "first token from create, 64 streaming clients, p95", "ms", loop => loop.Percentile(95), budget),
        ];
    }
}
