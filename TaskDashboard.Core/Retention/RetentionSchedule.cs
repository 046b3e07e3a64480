using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Retention;

/// <summary>Runs <see cref="RetentionPass"/> at the start, and every day from then on; not at all where everything is kept.</summary>
internal sealed class RetentionSchedule(RetentionPass pass, TimeProvider time, ILogger<RetentionSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!pass.Options.IsOn) return;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await RunAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next start goes on.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await pass.RunAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogError(exception, "Old tasks could not be removed to the end; it is tried again in a day.");
        }
    }
}
