using System.Diagnostics;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;

namespace TaskDashboard.Load.Rows;

/// <summary>A viewer that comes when 5,000 tokens have passed: from its request until it has them all. While the task runs, and when it is done.</summary>
internal sealed class LateViewerRow : IRow
{
    private const int PastTokens = 5_000;
    private const int ViewersPerRound = 30;
    private const long Characters = PastTokens * ModelAnswer.FloodTokenLength;

    public string Letter => "g";

    public string Name => "late-viewer";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        var servers = await context.StartServersAsync(ProductSettings.Default, cancellationToken);
        var problem = context.ProductProblem;
        var taken = await Rounds<Late>.TakeAsync(
            servers, context.Rounds(full: 4, quick: 2), server => LateAsync(context.Model, server, cancellationToken), cancellationToken);
        return
        [
            taken.ToMeasure("g", "late viewer of a task with 5,000 past tokens, p95", "ms", late => late.Running.Percentile(95), Budget.AtMost(46, 10), problem),
            taken.ToMeasure("g", "the same, median", "ms", late => late.Running.Median()),
            taken.ToMeasure("g", "the same when the task is completed, whole stream, p95", "ms", late => late.Completed.Percentile(95)),
        ];
    }

    private static async Task<Late> LateAsync(ModelSource model, TaskServer server, CancellationToken cancellationToken)
    {
        var taskId = await server.CreateAsync(ModelBehaviour.Past(PastTokens), cancellationToken);
        using var early = await server.WatchAsync(taskId, cancellationToken);
        await early.ReadTextAsync(Characters, cancellationToken);

        var running = new List<double>(ViewersPerRound);
        for (var i = 0; i < ViewersPerRound; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            using var late = await server.WatchAsync(taskId, cancellationToken);
            await late.ReadTextAsync(Characters, cancellationToken);
            running.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        await model.OpenGateAsync(1, cancellationToken);
        await early.ReadToEndAsync(null, cancellationToken);

        var completed = new List<double>(ViewersPerRound);
        for (var i = 0; i < ViewersPerRound; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            using var late = await server.WatchAsync(taskId, cancellationToken);
            await late.ReadToEndAsync(null, cancellationToken);
            completed.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        return new Late(running, completed);
    }

    private sealed record Late(List<double> Running, List<double> Completed);
}
