using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// This process as the owner of runs: an id that every claim carries, and a lease on it that is renewed. One row for the process rather than one
/// for each run, so that a thousand runs cost one write. (The shape is that of Solid Queue's processes and their heartbeats.)
/// </summary>
/// <remarks>
/// <para>Who owns a task is decided by its fencing token, which every claim and every end raises: a write with an older one is refused. The lease
/// says whether the owner is alive.</para>
/// <para>After a crash the lease runs out. On one machine nobody has to wait for that: the lock on the data directory proves that the process is gone.</para>
/// <para>A laptop that slept finds its own lease run out and renews it: nobody else can have taken the tasks over, and if somebody had, the fence would tell.</para>
/// </remarks>
internal sealed class RunOwner(Store store, IdSource ids, TimeProvider time, ILogger<RunOwner> logger) : BackgroundService
{
    /// <summary>How long the lease holds without being renewed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private long expiresAt;

    public string Id { get; } = ids.NewOwner();

    /// <summary>Until when the lease holds, as it is on disk.</summary>
    public DateTimeOffset ExpiresAt => new(Interlocked.Read(ref expiresAt), TimeSpan.Zero);

    /// <summary>Enters the process and takes the lease.</summary>
    public Task RegisterAsync() => RenewAsync();

    /// <summary>Says that the process ends in order; gives up in time where the store does not take it.</summary>
    public async Task RetireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.Writer.EnqueueAsync(batch =>
            {
                using var statement = new Statement(batch.Database, "UPDATE owners SET ended_at = ? WHERE id = ?");
                return statement.Execute(StoreTime.ToStore(batch.Now), Id);
            }, WritePatience.WhileSomebodyWaits).WaitAsync(cancellationToken);
        }
        catch (Exception refused) when (refused is RefusedException or OperationCanceledException)
        {
            logger.LogWarning(refused, "That this process ends in order could not be noted; the next start settles it as after a crash.");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Heartbeat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (time.GetUtcNow() > ExpiresAt) logger.LogWarning("The lease of {OwnerId} had run out at {ExpiresAt:O}; it is renewed.", Id, ExpiresAt);
                    await RenewAsync();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogError(exception, "The lease of {OwnerId} could not be renewed.", Id);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; the engine says goodbye once its runs have come down.
        }
    }

    private async Task RenewAsync()
    {
        var until = await store.Writer.EnqueueAsync(batch =>
        {
            var expires = batch.Now + Lease;
            using var statement = new Statement(batch.Database, """
                INSERT INTO owners (id, machine, process_id, started_at, expires_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
                """);
            statement.Execute(Id, Environment.MachineName, Environment.ProcessId, StoreTime.ToStore(batch.Now), StoreTime.ToStore(expires));
            return expires;
        });
        Interlocked.Exchange(ref expiresAt, until.UtcTicks);
    }
}
