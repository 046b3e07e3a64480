using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Retention;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Backups;

/// <summary>What an owner does with the server's data as a whole: backups, and what retention removed. Everybody else is refused (<c>not_allowed</c>).</summary>
public interface IServerData
{
    /// <summary>What is told here has changed. On the thread that changed it: must be quick, and must be left again.</summary>
    event Action? Changed;

    /// <summary>Whether a backup is being made.</summary>
    bool IsBackingUp { get; }

    /// <summary>How long ended tasks are kept.</summary>
    RetentionOptions Retention { get; }

    /// <summary>The backups that are there, the newest first.</summary>
    IReadOnlyList<Backup> ListBackups();

    /// <summary>Makes a backup while everything goes on. On disk, whole, when it completes.</summary>
    /// <exception cref="RefusedException"><c>backup_running</c>; the disk does not take it.</exception>
    Task<Backup> CreateBackupAsync(CancellationToken cancellationToken = default);

    /// <summary>Opens a backup to be read.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    (Backup Backup, FileStream Content) OpenBackup(string id);

    /// <summary>Deletes a backup.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    void DeleteBackup(string id);

    /// <summary>What the passes of retention did, the newest first.</summary>
    /// <param name="before">Only those with a smaller id; null for the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<IReadOnlyList<Purge>> ListPurgesAsync(long? before, int limit, CancellationToken cancellationToken = default);
}
