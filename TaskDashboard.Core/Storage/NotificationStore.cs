using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Notifications;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Keeps the addresses that are told of tasks, all of them in memory, and what is on its way to them. Safe for threads.</summary>
internal sealed class NotificationStore
{
    private const int MostKept = 200;

    private readonly Lazy<Store> store;
    private volatile IReadOnlyList<NotificationTarget> targets;

    public NotificationStore(Lazy<Store> store)
    {
        this.store = store;
        using var context = store.Value.Contexts.CreateDbContext();
        targets = [.. context.Notifications.AsEnumerable().Select(row => JsonSerializer.Deserialize(row.Definition, EventJson.Wire.NotificationTarget)!).OrderBy(target => target.CreatedAt)];
    }

    /// <summary>An address was made, changed or removed, or something was sent to one. Must be quick, and must not throw.</summary>
    public event Action? Changed;

    public IReadOnlyList<NotificationTarget> Targets => targets;

    /// <returns>False when one that is to be changed is there no more.</returns>
    public Task<bool> SaveAsync(NotificationTarget target, bool isNew) => WriteAsync(
        batch =>
        {
            var definition = JsonSerializer.Serialize(target, EventJson.Wire.NotificationTarget);
            using var statement = isNew ? Statement.Insert(batch.Database, "notifications", ["id", "definition", "created_at"]) : Statement.Update(batch.Database, "notifications", ["definition"], "id");
            return (isNew ? statement.Execute(target.Id, definition, StoreTime.ToStore(target.CreatedAt)) : statement.Execute(definition, target.Id)) > 0;
        },
        known => known.Where(one => one.Id != target.Id).Append(target).OrderBy(one => one.CreatedAt));

    public Task<bool> RemoveAsync(string id) => WriteAsync(
        batch =>
        {
            using var deliveries = new Statement(batch.Database, "DELETE FROM notification_deliveries WHERE notification_id = ?");
            deliveries.Execute(id);
            using var target = new Statement(batch.Database, "DELETE FROM notifications WHERE id = ?");
            return target.Execute(id) > 0;
        },
        known => known.Where(one => one.Id != id));

    /// <summary>Puts a piece of word on its way, in an open transaction.</summary>
    public static void Insert(WriteBatch batch, NotificationTarget target, NotificationPayload payload)
    {
        using var insert = Statement.Insert(batch.Database, "notification_deliveries",
            ["delivery_id", "notification_id", "event", "task_id", "payload", "state", "attempts", "next_at", "created_at"]);
        insert.Execute(
            payload.DeliveryId, target.Id, JsonNamingPolicy.SnakeCaseLower.ConvertName(payload.Event.ToString()), payload.Task?.Id ?? "", payload.ToJson(), (int)NotificationState.Pending, 0,
            StoreTime.ToStore(batch.Now), StoreTime.ToStore(batch.Now));
    }

    public async Task InsertAsync(NotificationTarget target, NotificationPayload payload)
    {
        await store.Value.Writer.EnqueueAsync(batch =>
        {
            Insert(batch, target, payload);
            return true;
        }, WritePatience.WhileSomebodyWaits);
        Changed?.Invoke();
    }

    /// <summary>What is due, the oldest first, and when the next is.</summary>
    public async Task<(IReadOnlyList<NotificationDelivery> Due, DateTimeOffset? Next)> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var latest = StoreTime.ToStore(now);
        await using var context = await store.Value.Contexts.CreateDbContextAsync(cancellationToken);
        var due = await context.NotificationDeliveries.Where(row => row.NextAt != null && row.NextAt <= latest).OrderBy(row => row.NextAt).Take(limit).ToListAsync(cancellationToken);
        var next = await context.NotificationDeliveries.Where(row => row.NextAt != null && row.NextAt > latest).MinAsync(row => (long?)row.NextAt, cancellationToken);
        return (due.ConvertAll(ToDelivery), StoreTime.FromStore(next));
    }

    /// <summary>The newest deliveries to an address.</summary>
    public async Task<IReadOnlyList<NotificationDelivery>> ListAsync(string notificationId, int limit, CancellationToken cancellationToken)
    {
        await using var context = await store.Value.Contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.NotificationDeliveries.Where(row => row.NotificationId == notificationId).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return rows.ConvertAll(ToDelivery);
    }

    /// <summary>Notes what came of an attempt; of what is decided the newest of each address is kept.</summary>
    public async Task NoteAsync(NotificationDelivery delivery)
    {
        await store.Value.Writer.EnqueueAsync(batch =>
        {
            using var update = Statement.Update(batch.Database, "notification_deliveries", ["state", "attempts", "next_at", "last_status", "last_error", "ended_at"], "delivery_id");
            update.Execute(
                (int)delivery.State, delivery.Attempts, StoreTime.ToStore(delivery.NextAt), delivery.LastStatus, delivery.LastError,
                delivery.State == NotificationState.Pending ? (long?)null : StoreTime.ToStore(batch.Now), delivery.DeliveryId);
            using var old = new Statement(batch.Database, $"""
                DELETE FROM notification_deliveries WHERE notification_id = ?1 AND next_at IS NULL
                AND id <= (SELECT id FROM notification_deliveries WHERE notification_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET {MostKept})
                """);
            return old.Execute(delivery.NotificationId);
        }, WritePatience.WhileSomebodyWaits);
        Changed?.Invoke();
    }

    /// <summary>Changes a row, and what is in memory on the writer's thread too: in the order in which it was committed.</summary>
    private async Task<bool> WriteAsync(Func<WriteBatch, bool> write, Func<IReadOnlyList<NotificationTarget>, IEnumerable<NotificationTarget>> change)
    {
        var operation = new CommittedOperation<bool>(write, written =>
        {
            if (written) targets = [.. change(targets)];
        });
        store.Value.Writer.Enqueue(operation);
        var written = await operation.Completion;
        Changed?.Invoke();
        return written;
    }

    private static NotificationDelivery ToDelivery(NotificationDeliveryRow row) => new()
    {
        DeliveryId = row.DeliveryId,
        NotificationId = row.NotificationId,
        Event = Enum.GetValues<NotificationEvent>().First(one => JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()) == row.Event),
        TaskId = row.TaskId,
        Payload = row.Payload,
        State = (NotificationState)row.State,
        Attempts = row.Attempts,
        NextAt = StoreTime.FromStore(row.NextAt),
        LastStatus = row.LastStatus,
        LastError = row.LastError,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        EndedAt = StoreTime.FromStore(row.EndedAt),
    };
}

/// <summary>
/// Puts word of tasks on its way in the transaction in which what it tells of happens: a crash can neither lose it nor tell what did not happen.
/// </summary>
internal sealed class NotificationFollower(Lazy<NotificationStore> notifications, NotificationSignal signal) : IWriteFollower, ICommitListener
{
    private bool wrote;

    public void Follow(WriteBatch batch, AgentTask? before, AgentTask? after)
    {
        // What was imported happened elsewhere, and was told there.
        if (after is null || after.ImportedFrom is not null || notifications.Value.Targets is not { Count: > 0 } targets) return;
        if (before?.Status != after.Status && after.Status is AgentTaskStatus.Completed or AgentTaskStatus.Failed)
        {
            var what = after.Status == AgentTaskStatus.Completed ? NotificationEvent.Done : NotificationEvent.Failed;
            Tell(batch, targets, after, what, id => new NotificationPayload(what, id, batch.Now) { Task = after });
        }

        foreach (var request in after.OpenRequests.Where(request => before is null || before.OpenRequests.All(known => known.RequestId != request.RequestId)))
        {
            Tell(batch, targets, after, NotificationEvent.NeedsYou, id => new NotificationPayload(NotificationEvent.NeedsYou, id, batch.Now) { Task = after, Request = request });
        }
    }

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (!wrote) return;
        wrote = false;
        signal.Set();
    }

    private void Tell(WriteBatch batch, IReadOnlyList<NotificationTarget> targets, AgentTask task, NotificationEvent what, Func<string, NotificationPayload> payload)
    {
        foreach (var target in targets.Where(target => target.Active && target.Events.Contains(what) && (target.AgentId is null || target.AgentId == task.AgentId) && (target.PersonId ?? KnownUsers.Local) == (task.PersonId ?? KnownUsers.Local)))
        {
            NotificationStore.Insert(batch, target, payload(batch.Ids.NewDelivery()));
            wrote = true;
        }
    }
}
