using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;

namespace TaskDashboard.Load.Rows;

/// <summary>How much later a streamed token reaches the one viewer than it reaches a caller of the model server.</summary>
internal sealed class TokenDelayRow : IRow
{
    private const double PerSecond = 200;

    public string Letter => "c";

    public string Name => "token-delay";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<Source> sources = [context.Model, .. await context.StartServersAsync(ProductSettings.Default, cancellationToken)];
        var problem = context.ProductProblem;
        var tokens = context.Quick ? 200 : 400;
        await Rounds<IReadOnlyList<double>>.TakeAsync(sources, 1, source => DelaysAsync(source, tokens, cancellationToken), cancellationToken);
        var taken = await Rounds<IReadOnlyList<double>>.TakeAsync(
            sources, context.Rounds(full: 5, quick: 3), source => DelaysAsync(source, tokens, cancellationToken), cancellationToken);

        return
        [
            Added(taken, "added delay per streamed token, one viewer, median", 50) with { Budget = Budget.AtMost(150, 75), Note = taken.Note(problem) },
            Added(taken, "added delay per streamed token, one viewer, p99", 99),
            taken.ToMeasure("c", "whole delay per streamed token, median", "µs", delays => delays.Percentile(50) * 1000),
            taken.ToMeasure("c", "whole delay per streamed token, p99", "µs", delays => delays.Percentile(99) * 1000),
        ];
    }

    private static Measure Added(Rounds<IReadOnlyList<double>> taken, string name, double percent)
    {
        double? Whole(string source) => taken.Median(source, delays => delays.Percentile(percent)) * 1000;
        return new Measure("c", name, "µs") { Floor = Whole("floor") - Whole("raw"), Product = Whole("product") - Whole("raw") };
    }

    private static async Task<IReadOnlyList<double>> DelaysAsync(Source source, int tokens, CancellationToken cancellationToken)
    {
        var stamps = new TokenStamps(tokens);
        using var watch = await source.StartAsync(ModelBehaviour.Paced(tokens, PerSecond), cancellationToken);
        await watch.ReadToEndAsync(stamps.Read, cancellationToken);
        if (stamps.Milliseconds.Count != tokens) throw new InvalidDataException($"{stamps.Milliseconds.Count} of {tokens} tokens came.");
        return stamps.Milliseconds;
    }
}
