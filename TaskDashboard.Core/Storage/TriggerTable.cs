using System.Text.Json;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.Core.Storage;

/// <summary>The writer's statements on triggers and their firings. On the writer's thread only; not a hot path.</summary>
internal static class TriggerTable
{
    private const int MostQueued = 10;

    public static Trigger? Find(WriteBatch batch, string triggerId)
    {
        using var statement = new Statement(batch.Database,
            "SELECT id, task_id, definition, state, state_text, cursor, next_at, fired, reset_at, created_at, updated_at, person_id FROM triggers WHERE id = ?");
        return statement.Texts(triggerId) is not { } row ? null : new Trigger
        {
            Id = row[0]!,
            TaskId = row[1]!,
            Definition = ReadDefinition(row[2]!),
            State = (TriggerState)int.Parse(row[3]!, System.Globalization.CultureInfo.InvariantCulture),
            StateText = row[4],
            Cursor = StoreTime.FromStore(Number(row[5])),
            NextAt = StoreTime.FromStore(Number(row[6])),
            Fired = Number(row[7])!.Value,
            ResetAt = Number(row[8])!.Value,
            CreatedAt = StoreTime.FromStore(Number(row[9])!.Value),
            UpdatedAt = StoreTime.FromStore(Number(row[10])!.Value),
            PersonId = row[11],
        };
    }

    public static void Insert(WriteBatch batch, Trigger trigger)
    {
        using var statement = Statement.Insert(batch.Database, "triggers",
            ["id", "task_id", "definition", "state", "state_text", "cursor", "next_at", "fired", "reset_at", "token", "created_at", "updated_at", "person_id"]);
        statement.Execute(
            trigger.Id, trigger.TaskId, WriteDefinition(trigger), (int)trigger.State, trigger.StateText, StoreTime.ToStore(trigger.Cursor), StoreTime.ToStore(trigger.NextAt),
            trigger.Fired, trigger.ResetAt, RandomSecret.DigestOf(trigger.Definition.Token), StoreTime.ToStore(trigger.CreatedAt), StoreTime.ToStore(trigger.UpdatedAt), trigger.PersonId);
    }

    public static void Update(WriteBatch batch, Trigger trigger)
    {
        using var statement = Statement.Update(batch.Database, "triggers",
            ["task_id", "definition", "state", "state_text", "cursor", "next_at", "fired", "reset_at", "token", "updated_at"], "id");
        statement.Execute(
            trigger.TaskId, WriteDefinition(trigger), (int)trigger.State, trigger.StateText, StoreTime.ToStore(trigger.Cursor), StoreTime.ToStore(trigger.NextAt),
            trigger.Fired, trigger.ResetAt, RandomSecret.DigestOf(trigger.Definition.Token), StoreTime.ToStore(trigger.UpdatedAt), trigger.Id);
    }

    public static void Delete(WriteBatch batch, string triggerId)
    {
        foreach (var table in new[] { "trigger_firings", "webhook_deliveries" })
        {
            using var rows = new Statement(batch.Database, $"DELETE FROM {table} WHERE trigger_id = ?");
            rows.Execute(triggerId);
        }

        using var trigger = new Statement(batch.Database, "DELETE FROM triggers WHERE id = ?");
        trigger.Execute(triggerId);
    }

    public static bool HasSlot(WriteBatch batch, string triggerId, string slot)
    {
        using var statement = new Statement(batch.Database, "SELECT 1 FROM trigger_firings WHERE trigger_id = ? AND slot = ?");
        return statement.Number(triggerId, slot) is not null;
    }

    /// <summary>Whether a slot whose name begins so was decided since then.</summary>
    public static bool HasRecent(WriteBatch batch, string triggerId, string slotStart, DateTimeOffset since)
    {
        using var statement = new Statement(batch.Database, "SELECT 1 FROM trigger_firings WHERE trigger_id = ?1 AND slot >= ?2 AND slot < ?3 AND at >= ?4 LIMIT 1");
        return statement.Number(triggerId, slotStart, slotStart + "\uffff", StoreTime.ToStore(since)) is not null;
    }

    public static long InsertFiring(WriteBatch batch, TriggerFiring firing)
    {
        using var statement = Statement.Insert(batch.Database, "trigger_firings",
            ["trigger_id", "slot", "source", "outcome", "reason", "due_at", "through_at", "slots", "at", "task_id", "run_number", "message"], "RETURNING id");
        return statement.Number(
            firing.TriggerId, firing.Slot, (int)firing.Source, (int)firing.Outcome, firing.Reason, StoreTime.ToStore(firing.DueAt), StoreTime.ToStore(firing.ThroughAt),
            firing.Slots, StoreTime.ToStore(batch.Now), firing.TaskId, firing.RunNumber, firing.Message)!.Value;
    }

    /// <summary>Removes what was decided before the newest so many firings.</summary>
    public static void DeleteFiringsBehind(WriteBatch batch, string triggerId, int newest)
    {
        using var statement = new Statement(batch.Database,
            "DELETE FROM trigger_firings WHERE trigger_id = ?1 AND outcome <> 1 AND id <= (SELECT id FROM trigger_firings WHERE trigger_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)");
        statement.Execute(triggerId, newest);
    }

    /// <summary>A firing that waited has its end: it opens a run, or it does not run any more.</summary>
    public static void SettleQueued(WriteBatch batch, long firingId, FiringOutcome outcome, string? reason, int? runNumber)
    {
        using var statement = new Statement(batch.Database, "UPDATE trigger_firings SET outcome = ?, reason = ?, run_number = ?, message = NULL WHERE id = ? AND outcome = 1");
        statement.Execute((int)outcome, reason, runNumber, firingId);
    }

    /// <summary>All that wait of a trigger will not run.</summary>
    public static void DropQueued(WriteBatch batch, string triggerId, string reason)
    {
        using var statement = new Statement(batch.Database, "UPDATE trigger_firings SET outcome = 2, reason = ?, message = NULL WHERE trigger_id = ? AND outcome = 1");
        statement.Execute(reason, triggerId);
    }

    /// <summary>All that wait for a task will not run.</summary>
    public static void DropQueuedOfTask(WriteBatch batch, string taskId, string reason)
    {
        using var statement = new Statement(batch.Database, "UPDATE trigger_firings SET outcome = 2, reason = ?, message = NULL WHERE task_id = ? AND outcome = 1");
        statement.Execute(reason, taskId);
    }

    /// <summary>
    /// A firing is about to open the run with this number. One that had opened it before was cancelled while it waited for a slot: it has no run,
    /// and must not be taken for one that ended as this one will.
    /// </summary>
    public static void Supersede(WriteBatch batch, string taskId, int runNumber)
    {
        using var statement = new Statement(batch.Database, $"""
            UPDATE trigger_firings SET outcome = 2, reason = '{FiringReasons.Superseded}', run_number = NULL
            WHERE task_id = ?1 AND run_number = ?2 AND outcome = 0
              AND id IN (SELECT (SELECT f.id FROM trigger_firings f WHERE f.trigger_id = t.id AND f.outcome = 0 ORDER BY f.id DESC LIMIT 1) FROM triggers t WHERE t.task_id = ?1)
            """);
        statement.Execute(taskId, runNumber);
    }

    public static bool HasRoom(WriteBatch batch, string triggerId)
    {
        using var statement = new Statement(batch.Database, "SELECT count(*) FROM trigger_firings WHERE trigger_id = ? AND outcome = 1");
        return statement.Number(triggerId) < MostQueued;
    }

    /// <summary>The firing that has waited longest for a task.</summary>
    public static (long Id, string TriggerId, string Message)? FirstQueued(WriteBatch batch, string taskId)
    {
        using var statement = new Statement(batch.Database, "SELECT id, trigger_id, message FROM trigger_firings WHERE task_id = ? AND outcome = 1 ORDER BY id LIMIT 1");
        return statement.Texts(taskId) is { } row ? (Number(row[0])!.Value, row[1]!, row[2] ?? "") : null;
    }

    /// <summary>Whether the last firings behind the reset, as many as it takes, came to nothing.</summary>
    public static bool IsBroken(WriteBatch batch, Trigger trigger)
    {
        using var statement = new Statement(batch.Database, $"""
            SELECT count(*) FROM (
                SELECT CASE WHEN f.outcome = 2 THEN {(int)RunOutcome.Failed} ELSE {LastRun("r.outcome")} END AS ended
                FROM trigger_firings f
                WHERE f.trigger_id = ?1 AND f.id > ?2 AND (f.outcome = 0 OR (f.outcome = 2 AND f.reason IN ('{FiringReasons.AgentGone}', '{FiringReasons.TemplateRefused}', '{FiringReasons.Refused}')))
                ORDER BY f.id DESC LIMIT {Triggers.Trigger.FailuresToBreak})
            WHERE ended = {(int)RunOutcome.Failed}
            """);
        return statement.Number(trigger.Id, trigger.ResetAt) >= Triggers.Trigger.FailuresToBreak;
    }

    /// <summary>Whether it has opened a run of a task with this id: then the id is used up, also if the task is gone.</summary>
    public static bool HasStarted(WriteBatch batch, string triggerId, string taskId)
    {
        using var statement = new Statement(batch.Database, "SELECT 1 FROM trigger_firings WHERE trigger_id = ? AND task_id = ? AND outcome = 0 LIMIT 1");
        return statement.Number(triggerId, taskId) is not null;
    }

    /// <summary>The newest firing; what a reset stands behind.</summary>
    public static long LastFiring(WriteBatch batch, string triggerId)
    {
        using var statement = new Statement(batch.Database, "SELECT coalesce(max(id), 0) FROM trigger_firings WHERE trigger_id = ?");
        return statement.Number(triggerId) ?? 0;
    }

    /// <summary>Whether a run that it opened has come to its end.</summary>
    public static bool HasRunToItsEnd(WriteBatch batch, string triggerId)
    {
        using var statement = new Statement(batch.Database, $"""
            SELECT 1 FROM trigger_firings f JOIN tasks t ON t.id = f.task_id
            WHERE f.trigger_id = ?1 AND f.outcome = 0 AND t.status > 2 AND {LastRun("r.outcome")} IS NOT NULL LIMIT 1
            """);
        return statement.Number(triggerId) is not null;
    }

    /// <summary>
    /// A column of the run that a firing <c>f</c> came to: the one it opened, or the last of those that retries and restarts put in its place. None when it
    /// was cancelled before it began, and a person had the task go on.
    /// </summary>
    public static string LastRun(string column) => $"""
        (SELECT {column} FROM runs r JOIN tasks o ON o.key = r.task_key
         WHERE o.id = f.task_id AND r.attempt >= f.run_number
           AND r.attempt < coalesce((SELECT min(x.attempt) FROM runs x WHERE x.task_key = r.task_key
                                     AND ((x.attempt > f.run_number AND x.cause = {(int)RunCause.Trigger})
                                          OR (x.attempt >= f.run_number AND x.cause IN ({(int)RunCause.Start}, {(int)RunCause.Message})))), 1 << 40)
         ORDER BY r.attempt DESC LIMIT 1)
        """;

    public static TriggerDefinition ReadDefinition(string json) => JsonSerializer.Deserialize(json, EventJson.Wire.TriggerDefinition)!;

    private static string WriteDefinition(Trigger trigger) => JsonSerializer.Serialize(trigger.Definition, EventJson.Wire.TriggerDefinition);

    private static long? Number(string? text) => text is null ? null : long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
