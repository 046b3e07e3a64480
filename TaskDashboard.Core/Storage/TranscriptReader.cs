using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.Core.Storage;

/// <summary>Reads stretches of logs over pooled connections, each in one look.</summary>
internal sealed class TranscriptReader(Store store) : ITranscriptReader
{
    public Task<TranscriptEnd?> ReadEndAsync(string taskId, int count, IReadOnlySet<string> readingTools, CancellationToken cancellationToken = default) => LookAsync(taskId, look =>
    {
        var from = look.Align(Math.Max(1, look.LastSeq - count + 1));
        var stretch = TranscriptPieces.Read(look, from, look.LastSeq);
        var status = stretch.Events.LastOrDefault(told => told.Type == EventTypes.Status)?.Data as StatusData
            ?? look.Events("seq < @0 AND type = 'status' ORDER BY seq DESC LIMIT 1", from).Find(_ => true)?.Data as StatusData;
        return new TranscriptEnd(
            stretch,
            status?.Status ?? look.Task.Status,
            look.Events(
                """
                seq < @0 AND (seq IN (SELECT seq FROM messages WHERE state = @1 AND task_key = @task)
                    OR (type = 'subtask' AND seq IN (SELECT seq - 1 FROM messages WHERE state = @1 AND task_key = @task))) ORDER BY seq
                """,
                from, (int)EntryState.Stored),
            stretch.Events.Any(told => told.Data is UsageData) ? null : look.Events("seq < @0 AND type = 'usage' ORDER BY seq DESC LIMIT 1", from).Find(_ => true)?.Data as UsageData,
            HasChanges(look, from, readingTools),
            [.. look.Context.Tasks.Where(row => row.ParentTaskId == taskId).Select(row => row.Id)]);
    }, cancellationToken);

    public Task<TranscriptStretch?> ReadAsync(string taskId, long from, long to, CancellationToken cancellationToken = default) => LookAsync(taskId, look =>
        from < 1 || from > Math.Min(to, look.LastSeq) ? null : TranscriptPieces.Read(look, from, Math.Min(to, look.LastSeq)), cancellationToken);

    public Task<TranscriptStretch?> ReadAroundAsync(string taskId, long seq, int count, CancellationToken cancellationToken = default) => LookAsync(taskId, look =>
    {
        if (seq < 1 || seq > look.LastSeq) return null;
        var from = look.Align(Math.Max(1, seq - (count / 2)));
        return TranscriptPieces.Read(look, Math.Min(from, seq), Math.Min(look.LastSeq, Math.Max(seq, look.Align(seq + (count / 2) + 1) - 1)));
    }, cancellationToken);

    public Task<TranscriptStretch?> ReadBeforeAsync(string taskId, long before, int count, CancellationToken cancellationToken = default) => LookAsync(taskId, look =>
    {
        if (before <= 1) return null;

        // Never nothing: where no entry begins in all of it, it is cut where it was to be.
        var wanted = Math.Max(1, before - count);
        var from = look.Align(wanted);
        return TranscriptPieces.Read(look, from < before ? from : wanted, Math.Min(before - 1, look.LastSeq));
    }, cancellationToken);

    public Task<TranscriptStretch?> ReadBehindAsync(string taskId, long after, int count, CancellationToken cancellationToken = default) => LookAsync(taskId, look =>
        after >= look.LastSeq ? null : TranscriptPieces.Read(look, after + 1, Math.Min(look.LastSeq, look.Align(after + count + 1) - 1)), cancellationToken);

    public Task<QuietSteps?> FindQuietStepsAsync(string taskId, long edge, bool isBefore, long? limit = null, CancellationToken cancellationToken = default) =>
        LookAsync(taskId, look => TranscriptSteps.Find(look, edge, isBefore, limit), cancellationToken);

    public async Task<IReadOnlyList<long>> ListFailuresAsync(string taskId, CancellationToken cancellationToken = default) =>
        await LookAsync(taskId, TranscriptFailures.List, cancellationToken) ?? [];

    public async Task<IReadOnlyList<long>> SearchAsync(string taskId, string words, CancellationToken cancellationToken = default) =>
        words.Length == 0 ? [] : await LookAsync(taskId, look => TranscriptWords.Find(look, words, cancellationToken), cancellationToken) ?? [];

    public Task<long?> FindEventAsync(string taskId, long eventId, CancellationToken cancellationToken = default) =>
        LookAsync(taskId, look => Behind(look, eventId) is { } behind && behind < look.LastSeq ? behind + 1 : (long?)null, cancellationToken);

    // What was said is found by its id; of all else the log is looked through, which is done once where a page is loaded anew.
    public Task<long?> FindNamedAsync(string taskId, string id, CancellationToken cancellationToken = default) => LookAsync(taskId, look =>
        look.Number("SELECT seq FROM messages WHERE id = @0 AND task_key = @task AND seq > 0", id)
            ?? look.Number("SELECT seq FROM events WHERE task_key = @task AND (run_id = @0 AND type = 'run' OR instr(data, @1) > 0) ORDER BY seq LIMIT 1", id, $"\"{id}\""), cancellationToken);

    public async Task<ChatLogs> ListBesideAsync(string taskId, CancellationToken cancellationToken = default) => await LookAsync(taskId, look =>
    {
        var beside = new List<TaskBeginning>();
        using var rows = look.Query(
            """
            SELECT tasks.id, tasks.last_seq, events.id, events.at FROM tasks JOIN events ON events.task_key = tasks.key AND events.seq = 1
            WHERE tasks.chat_id = @0 AND tasks.key <> @task ORDER BY events.id
            """,
            look.Task.ChatId);
        while (rows.Read())
        {
            var began = new TaskEvent(rows.GetInt64(2), 1, EventTypes.Message, StoreTime.FromStore(rows.GetInt64(3)), rows.GetString(0), null, look.Task.ChatId, new DeletedData(), default);
            beside.Add(new TaskBeginning(began, Behind(look, began.Id) ?? 0, rows.GetInt64(1)));
        }

        var newest = look.Number(
            "SELECT max(events.id) FROM tasks JOIN events ON events.task_key = tasks.key AND events.seq = tasks.last_seq WHERE tasks.chat_id = @0", look.Task.ChatId);
        return new ChatLogs(newest ?? 0, beside);
    }, cancellationToken) ?? ChatLogs.None;

    /// <summary>The last event of the log before a store-wide id. Both grow together: it is found by halving.</summary>
    private static long? Behind(TranscriptLook look, long eventId)
    {
        var (low, high) = (0L, look.LastSeq);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (look.Number("SELECT id FROM events WHERE task_key = @task AND seq = @0", middle) is not { } id) return null;
            if (id < eventId) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private static bool HasChanges(TranscriptLook look, long before, IReadOnlySet<string> readingTools)
    {
        var names = string.Join(", ", readingTools.Select((_, index) => $"@{index + 2}"));
        return look.Number(
            $"SELECT 1 FROM messages WHERE task_key = @task AND seq > 0 AND seq < @0 AND role = @1 AND tool_name NOT IN ({names}) LIMIT 1",
            [before, (int)EntryRole.ToolResult, .. readingTools]) is not null;
    }

    /// <summary>SQLite works on the thread that asks, and that is a page's: whatever is read is read on another.</summary>
    private Task<T?> LookAsync<T>(string taskId, Func<TranscriptLook, T?> read, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            await using var look = await OpenAsync(taskId, cancellationToken);
            return look is null ? default : read(look);
        },
        cancellationToken);

    private async Task<TranscriptLook?> OpenAsync(string taskId, CancellationToken cancellationToken)
    {
        if (await store.Reader.FindAsync(taskId, cancellationToken) is not { } task) return null;
        var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        SqliteTransaction? transaction = null;
        try
        {
            await context.Database.OpenConnectionAsync(cancellationToken);
            transaction = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
            await context.Database.UseTransactionAsync(transaction, cancellationToken);

            // As it is in this look: memory may be ahead of it.
            if (await context.Tasks.SingleOrDefaultAsync(row => row.Id == taskId, cancellationToken) is { } row) return new TranscriptLook(context, transaction, RowMapping.ToTask(row), row.LastSeq);
        }
        catch
        {
            await DropAsync(context, transaction);
            throw;
        }

        await DropAsync(context, transaction);
        return null;
    }

    private static async Task DropAsync(DashboardDbContext context, SqliteTransaction? transaction)
    {
        if (transaction is not null) await transaction.DisposeAsync();
        await context.DisposeAsync();
    }
}
