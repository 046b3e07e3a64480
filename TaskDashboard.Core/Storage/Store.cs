using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>The opened store: one writer, pooled readers, what is live in memory, the feed behind it. Lives as long as the process.</summary>
/// <remarks>When <see cref="Open"/> returns, the schema is current and memory shows what the process before left behind.</remarks>
internal sealed class Store : IDisposable
{
    private Store(DataDirectory directory, StoreWriter writer, LiveTaskTable live, SearchIndex search, TaskReader reader, ChatReader chats, TaskFeed feed, PooledDbContextFactory<DashboardDbContext> contexts)
    {
        Directory = directory;
        Writer = writer;
        Live = live;
        Search = search;
        Reader = reader;
        Chats = chats;
        Feed = feed;
        Contexts = contexts;
        Requests = new RequestReader(contexts);
        Log = new TaskLog(writer);
    }

    public DataDirectory Directory { get; }

    public StoreWriter Writer { get; }

    public LiveTaskTable Live { get; }

    public SearchIndex Search { get; }

    public TaskReader Reader { get; }

    public ChatReader Chats { get; }

    public RequestReader Requests { get; }

    public TaskFeed Feed { get; }

    public TaskLog Log { get; }

    public StoreHealth Health => Writer.Health;

    public PooledDbContextFactory<DashboardDbContext> Contexts { get; }

    /// <exception cref="DataDirectoryException">The folder cannot be used.</exception>
    public static Store Open(DataDirectory directory, IReadOnlyList<ICommitListener> listeners, IQueuePlaces? places, TimeProvider time, ILoggerFactory loggers)
    {
        // First of all, because it makes the file and puts it into WAL mode; connections that read do neither.
        var database = SqliteDatabase.Open(directory.DatabaseFile);
        var options = StoreConnection.ReadingOptions(directory.DatabaseFile);
        var contexts = new PooledDbContextFactory<DashboardDbContext>(options);
        ReleaseMigrationLock(database);
        using (var context = contexts.CreateDbContext()) context.Database.Migrate();
        database.GrowLog(directory.DatabaseFile);

        var live = new LiveTaskTable();
        var search = new SearchIndex(time, loggers.CreateLogger<SearchIndex>());
        var reader = new TaskReader(contexts, live, search, places);
        var list = new ListChannel(reader, reader);
        var chats = new ChatReader(contexts, live, search);
        var feed = new TaskFeed(reader, chats, list);
        using (var context = contexts.CreateDbContext())
        {
            LoadLive(context, live);
            list.StartAt(context.Events.OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefault());
        }

        // The search first: whoever sees a change finds what it brought.
        var writer = new StoreWriter(
            database, live, reader.FindStored, [search, live, feed, .. listeners], time, loggers.CreateLogger<StoreWriter>());
        var store = new Store(directory, writer, live, search, reader, chats, feed, contexts);
        search.Attach(writer);
        using (var context = contexts.CreateDbContext()) search.Resume(context);
        return store;
    }

    public void Dispose()
    {
        Search.Dispose();
        Writer.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    /// <summary>
    /// EF Core keeps others from migrating by a row in a table, and waits for ever while it is there. A process that is killed in that moment
    /// leaves it behind; who holds the data directory knows that nobody else is migrating.
    /// </summary>
    private static void ReleaseMigrationLock(SqliteDatabase database)
    {
        using var release = new Statement(database, "DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        release.Execute();
    }

    private static void LoadLive(DashboardDbContext context, LiveTaskTable live)
    {
        var counts = context.Tasks.GroupBy(row => new { row.PersonId, row.Status })
            .Select(group => new { group.Key.PersonId, group.Key.Status, Count = group.LongCount() })
            .AsEnumerable()
            .Select(group => (group.PersonId, (AgentTaskStatus)group.Status, group.Count))
            .ToList();
        var requests = (from request in context.Requests where request.ResolvedAt == null orderby request.CreatedAt select request)
            .AsEnumerable()
            .ToLookup(request => request.TaskKey);
        var unread = (
                from message in context.Messages
                join task in context.Tasks on message.TaskKey equals task.Key
                where task.Status <= (int)AgentTaskStatus.Waiting && message.State == (int)EntryState.Stored
                orderby message.Seq
                select message)
            .AsEnumerable()
            .ToLookup(message => message.TaskKey);
        var unfinished = context.Tasks.Where(row => row.Status <= (int)AgentTaskStatus.Waiting).OrderBy(row => row.Key).AsEnumerable()
            .Select((TaskRow row) => RowMapping.ToTask(row) with
            {
                Inbox = [.. unread[row.Key].Select(RowMapping.ToQueued)],
                OpenRequests = [.. requests[row.Key].Select(request => RowMapping.ToRequest(request, row.Id))],
            });
        live.Load(counts, unfinished);
    }
}
