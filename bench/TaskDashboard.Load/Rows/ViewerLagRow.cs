using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;

namespace TaskDashboard.Load.Rows;

/// <summary>One task at 100 tokens a second to 500 viewers: how far behind the model server each viewer is, at each token.</summary>
internal sealed class ViewerLagRow : IRow
{
    private const int Viewers = 500;
    private const double PerSecond = 100;

    public string Letter => "e";

    public string Name => "lag";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        var servers = await context.StartServersAsync(ProductSettings.Default, cancellationToken);
        var problem = context.ProductProblem;
        var tokens = context.Quick ? 200 : 500;
        await Rounds<Lag>.TakeAsync(servers, 1, server => LagAsync(context.Model, server, tokens / 4, cancellationToken), cancellationToken);
        var taken = await Rounds<Lag>.TakeAsync(
            servers, context.Rounds(full: 4, quick: 2), server => LagAsync(context.Model, server, tokens, cancellationToken), cancellationToken);
        return
        [
            taken.ToMeasure("e", "one task at 100 tokens/s to 500 viewers, lag p99", "ms", lag => lag.P99, Budget.AtMost(25, 12), problem),
            taken.ToMeasure("e", "the same: lag median", "ms", lag => lag.Median),
            taken.ToMeasure("e", "the same: viewers started over (resync)", "times", lag => lag.Resyncs),
        ];
    }

    private static async Task<Lag> LagAsync(ModelSource model, TaskServer server, int tokens, CancellationToken cancellationToken)
    {
        using var audience = await Audience.GatherAsync(server, ModelBehaviour.Behind(ModelBehaviour.Paced(tokens, PerSecond)), Viewers, cancellationToken);
        await model.WaitAtGateAsync(1, cancellationToken);
        var stamps = audience.Viewers.Select(_ => new TokenStamps(tokens)).ToList();
        var reading = audience.ReadToEndAsync(i => stamps[i].Read, cancellationToken);
        await model.OpenGateAsync(1, cancellationToken);
        await reading;

        if (stamps.FirstOrDefault(viewer => viewer.Milliseconds.Count != tokens) is { } lacking)
            throw new InvalidDataException($"A viewer got {lacking.Milliseconds.Count} of {tokens} tokens.");

        var lags = stamps.SelectMany(viewer => viewer.Milliseconds).ToArray();
        return new Lag(lags.Median(), lags.Percentile(99), audience.Viewers.Sum(viewer => viewer.Text.Resyncs));
    }

    private sealed record Lag(double Median, double P99, int Resyncs);
}
