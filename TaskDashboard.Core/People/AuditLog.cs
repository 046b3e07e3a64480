using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.People;

/// <summary>
/// Who did what. Written behind what was done, in the writer's next batch, and waited for by nobody: a crash in that moment loses the entry and not what it
/// tells of. The newest hundred thousand are kept. Safe for threads.
/// </summary>
public sealed class AuditLog
{
    internal const int MostKept = 100_000;

    private const int BetweenPrunings = 1_000;

    private readonly Store store;

    internal AuditLog(Store store) => this.store = store;

    /// <summary>Writes down that a caller did something.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="target">The id of what it was done to.</param>
    /// <param name="detail">What is worth telling besides; nothing private, and no secret.</param>
    public void Append(Caller caller, string action, string? target, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(caller);
        store.Writer.Enqueue(new CommittedOperation<long>(
            batch =>
            {
                using var insert = Statement.Insert(batch.Database, "audit", ["at", "user_id", "user_name", "action", "target", "detail", "key_id"], "RETURNING id");
                var id = insert.Number(StoreTime.ToStore(batch.Now), caller.UserId, caller.Name, action, target, detail, caller.KeyId)!.Value;
                if (id % BetweenPrunings != 0) return id;
                using var old = new Statement(batch.Database, "DELETE FROM audit WHERE id <= ?1");
                old.Execute(id - MostKept);
                return id;
            },
            _ => { }));
    }

    /// <summary>What was written down, the newest first.</summary>
    /// <param name="userId">Only what this person did; null for everybody.</param>
    /// <param name="before">Only entries with a smaller id; null for the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(string? userId, long? before, int limit, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > 200) throw RefusedException.Validation("limit", "limit has to be a whole number from 1 to 200.");
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Audit
            .Where(row => (userId == null || row.UserId == userId) && (before == null || row.Id < before))
            .OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(ToEntry);
    }

    private static AuditEntry ToEntry(AuditRow row) => new()
    {
        Id = row.Id,
        At = StoreTime.FromStore(row.At),
        UserId = row.UserId,
        UserName = row.UserName,
        Action = row.Action,
        Target = row.Target,
        Detail = row.Detail,
        KeyId = row.KeyId,
    };
}
