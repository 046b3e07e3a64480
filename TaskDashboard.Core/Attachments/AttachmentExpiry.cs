using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Attachments;

/// <summary>
/// Sweeps up at the start what a crash left half done, before anything is uploaded; then removes, every hour, uploads that no message took along.
/// </summary>
internal sealed class AttachmentExpiry(AttachmentStore store, TimeProvider time, ILogger<AttachmentExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (store.Sweep() is > 0 and var swept) logger.LogInformation("{Count} files of attachments were left without a message, and were removed.", swept);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "The folder of attachments could not be tidied up; it is tried again at the next start.");
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await ExpireAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next start goes on.
        }
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.ExpireAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "Unused attachments could not be removed; it is tried again in an hour.");
        }
    }
}
