using TaskDashboard.Core.Archives;
using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Retention;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Takes every archive, or refuses each in the same words.</summary>
internal sealed class StandingArchives : ITaskArchives
{
    public RefusedException? Refusal { get; set; }

    public AgentTask? Imported { get; set; }

    public Task<IReadOnlyList<AgentTask>> FindAsync(string taskId, CancellationToken cancellationToken = default) => throw RefusedException.NotFound("task", taskId);

    public Task WriteZipAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WriteBundleAsync(IReadOnlyList<BundledArchive> archives, Stream output, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WriteMarkdownAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ImportReceipt> ImportAsync(Stream content, CancellationToken cancellationToken = default) =>
        Refusal is null ? Task.FromResult(new ImportReceipt("import_1", Imported!, 1, 3, 0, "hash")) : throw Refusal;
}

/// <summary>The server's data, as a test has set it up.</summary>
internal sealed class StandingServerData : IServerData
{
    public event Action? Changed;

    public List<Backup> Backups { get; } = [];

    public List<Purge> Purges { get; } = [];

    public RefusedException? Refusal { get; set; }

    public bool IsBackingUp { get; set; }

    public RetentionOptions Retention { get; } = new();

    public IReadOnlyList<Backup> ListBackups() => [.. Backups];

    public Task<Backup> CreateBackupAsync(CancellationToken cancellationToken = default)
    {
        if (Refusal is not null) throw Refusal;
        Backups.Add(new Backup($"backup_{Backups.Count + 1}", DateTimeOffset.UnixEpoch, 2_500_000, $"taskdashboard-{Backups.Count + 1}.zip"));
        Changed?.Invoke();
        return Task.FromResult(Backups[^1]);
    }

    public (Backup Backup, FileStream Content) OpenBackup(string id) => throw RefusedException.NotFound("backup", id);

    public void DeleteBackup(string id)
    {
        Backups.RemoveAll(backup => backup.Id == id);
        Changed?.Invoke();
    }

    public Task<IReadOnlyList<Purge>> ListPurgesAsync(long? before, int limit, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<Purge>>([.. Purges.Take(limit)]);
}
