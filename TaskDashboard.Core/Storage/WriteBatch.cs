using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The writer's open transaction: its statements, and the tasks as the operations before have left them. What is noted here becomes
/// visible to anybody only after the commit. Used on the writer's thread only.
/// </summary>
internal sealed class WriteBatch(SqliteConnection connection, LiveTaskTable live, IReadOnlyList<ICommitListener> listeners, TimeProvider time) : IDisposable
{
    private readonly Dictionary<string, AgentTask?> changed = new(StringComparer.Ordinal);
    private readonly List<(AgentTask? Before, AgentTask? After, IReadOnlyList<TaskEvent> Events)> news = [];
    private SqliteTransaction? transaction;

    public TaskStatements Statements { get; } = new(connection);

    public SqliteConnection Connection => connection;

    public SqliteTransaction? Transaction => transaction;

    /// <summary>Now, to the millisecond: what is stored, and therefore what is told.</summary>
    public DateTimeOffset Now { get; private set; }

    public void Begin()
    {
        Now = StoreTime.Truncate(time.GetUtcNow());
        transaction = connection.BeginTransaction();
        Statements.Enlist(transaction);
    }

    public void Commit()
    {
        transaction!.Commit();
        transaction.Dispose();
        transaction = null;
    }

    public void Rollback()
    {
        changed.Clear();
        news.Clear();
        if (transaction is null) return;
        try
        {
            transaction.Rollback();
        }
        catch (Exception exception) when (exception is SqliteException or InvalidOperationException)
        {
            // SQLite has rolled back by itself (disk full, I/O error): what was asked for is already so.
        }

        transaction.Dispose();
        transaction = null;
    }

    /// <summary>The task as the transaction has it; null when there is none.</summary>
    public AgentTask? Find(string taskId)
    {
        if (changed.TryGetValue(taskId, out var task)) return task;
        return live.Find(taskId) ?? Statements.FindTask(taskId);
    }

    /// <summary>Notes what an operation made of a task, for after the commit.</summary>
    public void Note(string taskId, AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        changed[taskId] = after;
        news.Add((before, after, events));
    }

    /// <summary>Tells everybody, in the order in which it was written.</summary>
    public void Publish()
    {
        changed.Clear();
        foreach (var (before, after, events) in news)
        {
            live.Committed(before, after, events);
            foreach (var listener in listeners) listener.Committed(before, after, events);
        }

        news.Clear();
    }

    public void Dispose() => Statements.Dispose();
}
