using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>Keeps the triggers: all of them in memory as they are committed, and their histories in the store. Safe for threads.</summary>
internal sealed class TriggerStore
{
    private static readonly string FiringsOfTrigger = $$"""
        {{FiringsWithRuns}}
        WHERE f.trigger_id = {0} AND f.id < {1} ORDER BY f.id DESC LIMIT {2}
        """;

    private static readonly string LastRunOfEach = $$"""
        {{FiringsWithRuns}}
        WHERE f.id IN (SELECT (SELECT id FROM trigger_firings s WHERE s.trigger_id = t.id AND s.outcome = {0} ORDER BY s.id DESC LIMIT 1) FROM triggers t WHERE {1} IS NULL OR t.id = {1})
        """;

    private static string FiringsWithRuns => $$"""
        SELECT f.id AS Id, f.trigger_id AS TriggerId, f.slot AS Slot, f.source AS Source, f.outcome AS Outcome, f.reason AS Reason, f.due_at AS DueAt,
               f.through_at AS ThroughAt, f.slots AS Slots, f.at AS At, f.task_id AS TaskId, f.run_number AS RunNumber,
               l.id AS RunId, l.outcome AS RunOutcome, l.outcome_text AS RunText, l.ended_at AS RunEndedAt
        FROM trigger_firings f LEFT JOIN runs l ON l.id = {{TriggerTable.LastRun("r.id")}}
        """;

    private readonly ConcurrentDictionary<string, Trigger> triggers;
    private readonly ConcurrentDictionary<string, string> byToken = new(StringComparer.Ordinal);
    private readonly FiringHistory history = new();
    private readonly Store store;
    private readonly ILogger logger;

    public TriggerStore(Store store, ILogger<TriggerStore> logger)
    {
        this.store = store;
        this.logger = logger;
        triggers = new ConcurrentDictionary<string, Trigger>(StringComparer.Ordinal);
        using var context = store.Contexts.CreateDbContext();
        foreach (var row in context.Triggers.AsEnumerable()) Keep(ToTrigger(row));
    }

    /// <summary>A trigger was made, changed or removed, and that is on disk. On the writer's thread: must be quick.</summary>
    public event Action<string>? Changed;

    public IReadOnlyCollection<Trigger> All => [.. triggers.Values];

    public Trigger? Find(string triggerId) => triggers.GetValueOrDefault(triggerId);

    public Trigger? FindByToken(string token) => byToken.TryGetValue(RandomSecret.DigestOf(token), out var id) ? Find(id) : null;

    public IReadOnlyList<Trigger> OfTask(string taskId) => [.. triggers.Values.Where(trigger => trigger.TaskId == taskId).OrderBy(trigger => trigger.CreatedAt)];

    /// <summary>Makes one. <paramref name="make"/> gets the moment of the transaction.</summary>
    public Task<Trigger> AddAsync(Func<DateTimeOffset, Trigger> make) => Write(new CommittedOperation<Trigger>(
        batch =>
        {
            var trigger = make(batch.Now);
            TriggerTable.Insert(batch, trigger);
            return trigger;
        },
        Committed));

    /// <summary>Changes one as it stands, unless <paramref name="change"/> refuses before it writes anything.</summary>
    /// <returns>The trigger after it, unchanged where <paramref name="change"/> gave it back as it was; null when there is none.</returns>
    public async Task<Trigger?> ChangeAsync(string triggerId, Func<WriteBatch, Trigger, Trigger> change)
    {
        var (changed, refusal) = await Write(new CommittedOperation<(Trigger?, RefusedException?)>(
            batch =>
            {
                if (TriggerTable.Find(batch, triggerId) is not { } before) return (null, null);
                try
                {
                    var after = change(batch, before);
                    if (ReferenceEquals(after, before)) return (before, null);
                    after = after with { UpdatedAt = batch.Now };
                    TriggerTable.Update(batch, after);
                    return (after, null);
                }
                catch (RefusedException refused)
                {
                    return (null, refused);
                }
            },
            answer =>
            {
                if (answer.Item1 is { } after) Committed(after);
            }));
        return refusal is null ? changed : throw refusal;
    }

    public Task<bool> RemoveAsync(string triggerId) => Write(new CommittedOperation<bool>(
        batch =>
        {
            if (TriggerTable.Find(batch, triggerId) is null) return false;
            TriggerTable.Delete(batch, triggerId);
            return true;
        },
        removed =>
        {
            if (removed) Forget(triggerId);
        }));

    public Task<FireResult> FireAsync(string triggerId, FiringPlan? plan, Trigger expected, IReadOnlyList<FiringOrder> orders, FiringWorker worker)
    {
        var fire = new FireOperation(triggerId, plan, expected, orders, worker, history);
        return Write(new CommittedOperation<FireResult>(
            batch =>
            {
                fire.Apply(batch);
                return fire.Result!;
            },
            result =>
            {
                // A slot that was decided before moves the cursor all the same.
                if (result is { Outcome: FireOutcome.Done or FireOutcome.Repeated, Trigger: { } trigger }) Committed(trigger);
            }));
    }

    public Task<IReadOnlyList<(string Id, Trigger? Now)>> ReleaseAsync(string taskId, IReadOnlyList<string> ofTask, IReadOnlyDictionary<string, FiringWorker> workers)
    {
        var release = new ReleaseOperation(taskId, ofTask, workers);
        return Write(new CommittedOperation<IReadOnlyList<(string Id, Trigger? Now)>>(
            batch =>
            {
                release.Apply(batch);
                return release.Result!;
            },
            changed =>
            {
                foreach (var (id, now) in changed)
                {
                    if (now is null) Forget(id);
                    else Committed(now);
                }
            }));
    }

    /// <summary>Notes what came in at the address of a webhook; of each trigger the newest two hundred are kept.</summary>
    public Task NoteDeliveryAsync(WebhookDelivery delivery) => Write(new CommittedOperation<int>(
        batch =>
        {
            using var insert = Statement.Insert(batch.Database, "webhook_deliveries", ["trigger_id", "at", "status", "delivery_id", "size", "text"]);
            insert.Execute(delivery.TriggerId, StoreTime.ToStore(batch.Now), delivery.Status, delivery.DeliveryId, delivery.Size, delivery.Text);
            using var old = new Statement(batch.Database,
                "DELETE FROM webhook_deliveries WHERE trigger_id = ?1 AND id <= (SELECT id FROM webhook_deliveries WHERE trigger_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET 200)");
            return old.Execute(delivery.TriggerId);
        },
        _ => Tell(delivery.TriggerId)));

    public async Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string triggerId, int limit, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.WebhookDeliveries.Where(row => row.TriggerId == triggerId).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new WebhookDelivery(row.TriggerId, row.Status, row.DeliveryId, row.Size, row.Text) { At = StoreTime.FromStore(row.At) });
    }

    /// <summary>The firings of a trigger, the newest first, each with what its run came to.</summary>
    public async Task<IReadOnlyList<TriggerFiring>> ListFiringsAsync(string triggerId, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Database.SqlQueryRaw<FiringWithRun>(FiringsOfTrigger, triggerId, before ?? long.MaxValue, limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(ToFiring);
    }

    /// <summary>Of each trigger that has opened a run, or of one of them, the last firing that did.</summary>
    public async Task<IReadOnlyDictionary<string, TriggerFiring>> ListLastRunsAsync(string? triggerId, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Database.SqlQueryRaw<FiringWithRun>(LastRunOfEach, (int)FiringOutcome.Started, new SqliteParameter("trigger", SqliteType.Text) { Value = (object?)triggerId ?? DBNull.Value }).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => row.TriggerId, ToFiring, StringComparer.Ordinal);
    }

    /// <summary>Tasks that a firing waits for.</summary>
    public async Task<IReadOnlyList<string>> ListAwaitedTasksAsync(CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        return await context.Firings.Where(row => row.Outcome == (int)FiringOutcome.Queued && row.TaskId != null).Select(row => row.TaskId!).Distinct().ToListAsync(cancellationToken);
    }

    /// <summary>Firings of triggers that wait for a task, but for those that are caught up on: these wait for what runs, whatever the trigger says.</summary>
    public async Task<IReadOnlyList<(string TriggerId, string TaskId, DateTimeOffset At)>> ListWaitingAsync(CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Firings.Where(row => row.Outcome == (int)FiringOutcome.Queued && row.TaskId != null && row.Source != (int)FiringSource.CatchUp)
            .Select(row => new { row.TriggerId, row.TaskId, row.At }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => (row.TriggerId, row.TaskId!, StoreTime.FromStore(row.At)));
    }

    private Task<TResult> Write<TResult>(CommittedOperation<TResult> operation)
    {
        store.Writer.Enqueue(operation);
        return operation.Completion;
    }

    private void Committed(Trigger trigger)
    {
        Keep(trigger);
        Tell(trigger.Id);
    }

    private void Forget(string triggerId)
    {
        if (triggers.TryRemove(triggerId, out var gone) && RandomSecret.DigestOf(gone.Definition.Token) is { } digest) byToken.TryRemove(digest, out _);
        Tell(triggerId);
    }

    private void Keep(Trigger trigger)
    {
        var digest = RandomSecret.DigestOf(trigger.Definition.Token);
        if (triggers.TryGetValue(trigger.Id, out var before) && RandomSecret.DigestOf(before.Definition.Token) is { } old && old != digest) byToken.TryRemove(old, out _);
        triggers[trigger.Id] = trigger;
        if (digest is not null) byToken[digest] = trigger.Id;
    }

    private void Tell(string triggerId)
    {
        try
        {
            Changed?.Invoke(triggerId);
        }
#pragma warning disable CA1031 // What is committed stays committed, and the writer has the next batch to write.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "Somebody could not take in a change of {TriggerId}.", triggerId);
        }
    }

    private static Trigger ToTrigger(TriggerRow row) => new()
    {
        Id = row.Id,
        TaskId = row.TaskId,
        Definition = TriggerTable.ReadDefinition(row.Definition),
        State = (TriggerState)row.State,
        StateText = row.StateText,
        Cursor = StoreTime.FromStore(row.Cursor),
        NextAt = StoreTime.FromStore(row.NextAt),
        Fired = row.Fired,
        ResetAt = row.ResetAt,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        UpdatedAt = StoreTime.FromStore(row.UpdatedAt),
        PersonId = row.PersonId,
    };

    private static TriggerFiring ToFiring(FiringWithRun row) => new()
    {
        Id = row.Id,
        TriggerId = row.TriggerId,
        Slot = row.Slot,
        Source = (FiringSource)row.Source,
        Outcome = (FiringOutcome)row.Outcome,
        Reason = row.Reason,
        DueAt = StoreTime.FromStore(row.DueAt),
        ThroughAt = StoreTime.FromStore(row.ThroughAt),
        Slots = row.Slots,
        At = StoreTime.FromStore(row.At),
        TaskId = row.TaskId,
        RunNumber = row.RunNumber,
        RunId = row.RunId,
        RunOutcome = (RunOutcome?)row.RunOutcome,
        RunOutcomeText = row.RunText,
        RunEndedAt = StoreTime.FromStore(row.RunEndedAt),
    };

    /// <summary>A row of <see cref="FiringsOfTrigger"/>.</summary>
    private sealed class FiringWithRun
    {
        public long Id { get; set; }
        public string TriggerId { get; set; } = "";
        public string Slot { get; set; } = "";
        public int Source { get; set; }
        public int Outcome { get; set; }
        public string? Reason { get; set; }
        public long DueAt { get; set; }
        public long ThroughAt { get; set; }
        public int Slots { get; set; }
        public long At { get; set; }
        public string? TaskId { get; set; }
        public int? RunNumber { get; set; }
        public string? RunId { get; set; }
        public int? RunOutcome { get; set; }
        public string? RunText { get; set; }
        public long? RunEndedAt { get; set; }
    }
}
