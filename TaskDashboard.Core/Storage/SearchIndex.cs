using System.Text;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Keeps the full-text index behind the log: what is committed is noted, and indexed in batches off the hot path. A search has the notes
/// indexed first, so that it finds whatever was answered with a 2xx before it.
/// </summary>
/// <remarks>
/// A document's row id is the task's key shifted by 20 bits plus the event's sequence number (0 for title and agent name): newest first is
/// descending row ids, which the index walks without sorting, and the documents of a task are one range. How far the index reaches is
/// stored in the same transaction as what it indexes; after a crash the rest is read back from the log.
/// </remarks>
internal sealed class SearchIndex : ICommitListener, IDisposable
{
    internal const int KeyShift = 20;
    internal const string Cursor = "search_indexed_event";

    private const int BatchSize = 256;
    private const long MaxSeq = (1 << KeyShift) - 1;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly ILogger<SearchIndex> logger;
    private readonly ITimer timer;
    private List<Document> waiting = [];
    private Task lastFlush = Task.CompletedTask;
    private StoreWriter? writer;

    public SearchIndex(TimeProvider time, ILogger<SearchIndex> logger)
    {
        this.logger = logger;
        timer = time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says who writes; before the first commit.</summary>
    public void Attach(StoreWriter storeWriter) => writer = storeWriter;

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (after is null) return;

        var full = false;
        lock (gate)
        {
            var idle = waiting.Count == 0;
            if (before is null || before.Title != after.Title)
            {
                waiting.Add(new Document(after.Key << KeyShift, $"{after.Title}\n{after.AgentName}", events.Count == 0 ? 0 : events[^1].Id, true));
            }

            foreach (var @event in events)
            {
                if (TextOf(@event.Data) is not { Length: > 0 } text || @event.Seq > MaxSeq) continue;
                waiting.Add(new Document((after.Key << KeyShift) | @event.Seq, text, @event.Id, false));
            }

            if (waiting.Count > 0 && idle) timer.Change(Delay, Timeout.InfiniteTimeSpan);
            full = waiting.Count >= BatchSize;
        }

        if (full) Flush();
    }

    /// <summary>Notes what the process before had committed and not indexed.</summary>
    public void Resume(DashboardDbContext context)
    {
        var indexed = context.StoreState.Where(state => state.Id == Cursor).Select(state => state.Value).FirstOrDefault();
        var missed =
            from row in context.Events
            where row.Id > indexed
            join task in context.Tasks on row.TaskKey equals task.Key
            orderby row.Id
            select new { row.Id, row.Seq, row.Type, row.Data, task.Key, task.Title, task.AgentName };
        var titled = new HashSet<long>();
        foreach (var found in missed.AsEnumerable())
        {
            // Replaced, not added: indexing may have come further than its cursor was told of a title.
            if (titled.Add(found.Key)) Note(new Document(found.Key << KeyShift, $"{found.Title}\n{found.AgentName}", found.Id, true));
            if (TextOf(EventJson.ReadData(found.Type, Encoding.UTF8.GetBytes(found.Data))) is not { Length: > 0 } text || found.Seq > MaxSeq) continue;
            Note(new Document((found.Key << KeyShift) | found.Seq, text, found.Id, true));
        }

        Flush();

        void Note(Document document)
        {
            lock (gate) waiting.Add(document);
        }
    }

    /// <summary>Indexes what was committed so far.</summary>
    public Task CatchUpAsync()
    {
        List<Document> documents;
        lock (gate)
        {
            if (waiting.Count == 0 || writer is null) return lastFlush;
            documents = waiting;
            waiting = [];
            return lastFlush = IndexAsync(writer, documents);
        }
    }

    /// <summary>Never fails: what could not be indexed waits for the next time, and a search finds the rest meanwhile.</summary>
    private async Task IndexAsync(StoreWriter storeWriter, List<Document> documents)
    {
        try
        {
            await storeWriter.EnqueueAsync(batch => Write(batch, documents), WritePatience.WhileSomebodyWaits);
        }
#pragma warning disable CA1031 // The index is behind the log, not in front of it: nothing else may fail with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // A store that cannot be written says so itself.
            var level = exception is RefusedException ? LogLevel.Debug : LogLevel.Error;
            logger.Log(level, exception, "{Count} documents could not be indexed for search; they are tried again.", documents.Count);
            lock (gate) waiting.InsertRange(0, documents);
            timer.Change(RetryAfter, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Begins no flush of its own any more. One that the writer has taken up goes on beside this.</summary>
    public void Dispose() => timer.Dispose();

    /// <summary>What of an event people search for.</summary>
    internal static string? TextOf(EventData data) => data switch
    {
        // News of another task are found in that task, and what is summarised where it was said.
        MessageData { Role: EntryRole.Subtask or EntryRole.Summary } => null,

        // What waited to be read was found since it was written; what was copied never waited here.
        MessageData message when message.State != EntryState.Read || message.Copied => message.Text,
        ThoughtData thought => thought.Text,
        ToolUseData use => use.Title,
        ToolResultData result => result.Content,
        _ => null,
    };

    private void Flush() => _ = CatchUpAsync();

    private static bool Write(WriteBatch batch, List<Document> documents)
    {
        var database = batch.Database;
        using var insert = new Statement(database, "INSERT INTO search (rowid, text) VALUES (?, ?)");
        using var remove = new Statement(database, "DELETE FROM search WHERE rowid = ?");
        using var advance = new Statement(database, "INSERT INTO store_state (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value");
        foreach (var document in documents)
        {
            // Deleted since: its documents are gone, and this one must not come after them.
            if (!batch.Statements.TaskExists(document.RowId >> KeyShift)) continue;
            if (document.Replaces) remove.Execute(document.RowId);
            insert.Execute(document.RowId, SearchText.ForIndex(document.Text));
        }

        advance.Execute(Cursor, documents.Max(document => document.EventId));
        return true;
    }

    internal readonly record struct Document(long RowId, string Text, long EventId, bool Replaces);
}
