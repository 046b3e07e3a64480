using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Retention;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The server's data as a whole, for owners.</summary>
internal sealed class CallerServerData(BackupStore backups, RetentionPass retention, ICallerSource source, AuditLog audit) : IServerData
{
    public event Action? Changed
    {
        add
        {
            backups.Changed += value;
            retention.Changed += value;
        }

        remove
        {
            backups.Changed -= value;
            retention.Changed -= value;
        }
    }

    public bool IsBackingUp => backups.IsBusy;

    public RetentionOptions Retention => retention.Options;

    public IReadOnlyList<Backup> ListBackups()
    {
        RequireOwner();
        return backups.List();
    }

    public async Task<Backup> CreateBackupAsync(CancellationToken cancellationToken = default)
    {
        RequireOwner();
        var made = await backups.CreateAsync(cancellationToken);
        audit.Append(source.Caller, AuditActions.BackupCreated, made.Id);
        return made;
    }

    public (Backup Backup, FileStream Content) OpenBackup(string id)
    {
        RequireOwner();
        var opened = backups.TryOpen(id) ?? throw RefusedException.NotFound("backup", id);
        audit.Append(source.Caller, AuditActions.BackupDownloaded, id);
        return opened;
    }

    public void DeleteBackup(string id)
    {
        RequireOwner();
        if (!backups.Remove(id)) throw RefusedException.NotFound("backup", id);
        audit.Append(source.Caller, AuditActions.BackupDeleted, id);
    }

    public Task<IReadOnlyList<Purge>> ListPurgesAsync(long? before, int limit, CancellationToken cancellationToken = default)
    {
        RequireOwner();
        return limit is >= 1 and <= 200 ? retention.ListAsync(before, limit, cancellationToken) : throw RefusedException.Validation("limit", "limit has to be a whole number from 1 to 200.");
    }

    private void RequireOwner()
    {
        if (source.Caller.Role < PersonRole.Owner) throw RefusedException.NotAllowed("owners");
    }
}
