using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Retention;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>What retention looks for, and what it did. The newest thousand passes are kept.</summary>
internal sealed class PurgeTable(Store store)
{
    private const int MostKept = 1_000;

    /// <summary>Tasks that ended so, before that time, with a number above <paramref name="after"/>; the oldest first.</summary>
    public async Task<IReadOnlyList<AgentTask>> ListEndedAsync(AgentTaskStatus status, DateTimeOffset before, long after, int limit, CancellationToken cancellationToken)
    {
        var latest = StoreTime.ToStore(before);
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Tasks.Where(row => row.Status == (int)status && row.Key > after && row.EndedAt < latest).OrderBy(row => row.Key).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(RowMapping.ToTask);
    }

    /// <summary>What was done, the newest first.</summary>
    public async Task<IReadOnlyList<Purge>> ListAsync(long? before, int limit, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Purges.Where(row => before == null || row.Id < before).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(ToPurge);
    }

    public Task<Purge> AddAsync(Purge purge) => store.Writer.EnqueueAsync(
        batch =>
        {
            using var insert = Statement.Insert(batch.Database, "purges", ["at", "duration_ms", "completed", "failed", "cancelled", "kept", "oldest_ended_at"], "RETURNING id");
            var id = insert.Number(StoreTime.ToStore(purge.At), purge.DurationMs, purge.Completed, purge.Failed, purge.Cancelled, purge.Kept, StoreTime.ToStore(purge.OldestEndedAt))!.Value;
            using var old = new Statement(batch.Database, "DELETE FROM purges WHERE id <= ?");
            old.Execute(id - MostKept);
            return purge with { Id = id };
        },
        WritePatience.WhileSomebodyWaits);

    private static Purge ToPurge(PurgeRow row) => new()
    {
        Id = row.Id,
        At = StoreTime.FromStore(row.At),
        DurationMs = row.DurationMs,
        Completed = row.Completed,
        Failed = row.Failed,
        Cancelled = row.Cancelled,
        Kept = row.Kept,
        OldestEndedAt = StoreTime.FromStore(row.OldestEndedAt),
    };
}
