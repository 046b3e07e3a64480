using Microsoft.Extensions.Hosting;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Forks;

/// <summary>Settles at the start what a crash left of forks on the disk, before there are new ones.</summary>
internal sealed class ForkSweep(ForkFolders folders, Store store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        folders.SweepAsync(async taskId => await store.Reader.FindAsync(taskId, cancellationToken) is not null);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
