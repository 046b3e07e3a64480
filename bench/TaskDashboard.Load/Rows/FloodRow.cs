using System.Diagnostics;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;

namespace TaskDashboard.Load.Rows;

/// <summary>
/// One task whose model writes as fast as it can, to 500 viewers. A server may put several tokens into one frame, so both are told:
/// frames a second, and text a second counted in tokens. The budget is for the text: fewer frames for the same text are what coalescing is for.
/// </summary>
internal sealed class FloodRow : IRow
{
    private const int Viewers = 500;

    public string Letter => "d";

    public string Name => "flood";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        var servers = await context.StartServersAsync(ProductSettings.Default, cancellationToken);
        var problem = context.ProductProblem;
        var tokens = context.Quick ? 3_000 : 10_000;
        await Rounds<Flood>.TakeAsync(servers, 1, server => FloodAsync(context.Model, server, tokens / 4, cancellationToken), cancellationToken);
        var taken = await Rounds<Flood>.TakeAsync(
            servers, context.Rounds(full: 3, quick: 2), server => FloodAsync(context.Model, server, tokens, cancellationToken), cancellationToken);
        var budget = Budget.AtLeastOfFloor(0.3, 0.5);
        return
        [
            taken.ToMeasure("d", "one task flooding 500 viewers: text delivered", "tokens/s", flood => flood.TokensPerSecond, budget, problem),
            taken.ToMeasure("d", "the same: frames delivered", "frames/s", flood => flood.FramesPerSecond),
            taken.ToMeasure("d", "the same: tokens in one frame", "tokens", flood => flood.TokensPerSecond / flood.FramesPerSecond),
            taken.ToMeasure("d", "the same: viewers started over (resync)", "times", flood => flood.Resyncs),
        ];
    }

    private static async Task<Flood> FloodAsync(ModelSource model, TaskServer server, int tokens, CancellationToken cancellationToken)
    {
        using var audience = await Audience.GatherAsync(server, ModelBehaviour.Behind(ModelBehaviour.Flood(tokens)), Viewers, cancellationToken);
        await model.WaitAtGateAsync(1, cancellationToken);
        var reading = audience.ReadToEndAsync(null, cancellationToken);
        var begin = Stopwatch.GetTimestamp();
        await model.OpenGateAsync(1, cancellationToken);
        await reading;
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;

        var whole = (long)tokens * ModelAnswer.FloodTokenLength;
        if (audience.Viewers.FirstOrDefault(viewer => viewer.Text.Length != whole) is { } lacking)
            throw new InvalidDataException($"A viewer has {lacking.Text.Length} of {whole} characters.");

        return new Flood(
            audience.Viewers.Sum(viewer => viewer.Text.Deltas) / seconds,
            (double)tokens * Viewers / seconds,
            audience.Viewers.Sum(viewer => viewer.Text.Resyncs));
    }

    private sealed record Flood(double FramesPerSecond, double TokensPerSecond, int Resyncs);
}
