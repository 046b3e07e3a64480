using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Forgets idempotency keys after seven days, at start and every hour: a key is for a request that is sent again because its answer was lost,
/// and without this a client that sets one each time would fill the disk.
/// </summary>
internal sealed class IdempotencyKeyExpiry(Store store, TimeProvider time, ILogger<IdempotencyKeyExpiry> logger) : BackgroundService
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await ForgetAsync(time.GetUtcNow() - KeptFor, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the next start goes on.
        }
    }

    /// <summary>In small pieces, so that nobody's change waits for all of it.</summary>
    private async Task ForgetAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken)
    {
        try
        {
            while (await store.Writer.EnqueueAsync(batch => ForgetOldest(batch, madeBefore), WritePatience.WhileSomebodyWaits) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "Old idempotency keys could not be removed; it is tried again in an hour.");
        }
    }

    /// <summary>Row ids stand in the order in which keys were made: where none of the oldest is old enough, none is.</summary>
    private static int ForgetOldest(WriteBatch batch, DateTimeOffset madeBefore)
    {
        using var delete = new Statement(batch.Database, """
            DELETE FROM idempotency_keys
            WHERE rowid IN (SELECT rowid FROM idempotency_keys ORDER BY rowid LIMIT 500) AND created_at < ?
            """);
        return delete.Execute(StoreTime.ToStore(madeBefore));
    }
}
