using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Removes at the start what a crash left of imports and backups, before there are new ones. Nobody sees it either way; so a failure stops nothing.</summary>
internal sealed class ArchiveSweep(TaskImport import, BackupStore backups, ILogger<ArchiveSweep> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            backups.Sweep();
            await import.SweepAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException or RefusedException)
        {
            logger.LogWarning(exception, "What imports and backups had left could not be removed; it is tried again at the next start.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
