using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The writer's open transaction: its statements, and the tasks as the operations before have left them. What is noted here becomes
/// visible to anybody only after the commit. Used on the writer's thread only.
/// </summary>
internal sealed class WriteBatch(
    SqliteDatabase database, LiveTaskTable live, Func<string, AgentTask?> findStored, IReadOnlyList<ICommitListener> listeners, TimeProvider time,
    ILogger logger) : ITaskView, IDisposable
{
    private readonly Dictionary<string, AgentTask?> changed = new(StringComparer.Ordinal);
    private readonly LiveTaskIndex added = new();
    private readonly List<(AgentTask? Before, AgentTask? After, IReadOnlyList<TaskEvent> Events)> news = [];
    private readonly Statement begin = new(database, "BEGIN IMMEDIATE");
    private readonly Statement commit = new(database, "COMMIT");
    private readonly Statement rollback = new(database, "ROLLBACK");
    private readonly List<IWriteFollower> followers = [.. listeners.OfType<IWriteFollower>()];
    private bool open;

    public TaskStatements Statements { get; } = new(database);

    public SqliteDatabase Database => database;

    public IdSource Ids { get; } = new(time);

    /// <summary>Now, to the millisecond: what is stored, and therefore what is told.</summary>
    public DateTimeOffset Now { get; private set; }

    public void Begin()
    {
        Now = StoreTime.Truncate(time.GetUtcNow());
        if (!database.IsIdle) rollback.Execute();
        begin.Execute();
        open = true;
    }

    public void Commit()
    {
        commit.Execute();
        open = false;
    }

    public void Rollback()
    {
        changed.Clear();
        added.Clear();
        news.Clear();
        if (!open) return;
        open = false;

        // SQLite has rolled back by itself after some failures (disk full, I/O error): then there is nothing left to do.
        if (database.IsIdle) return;
        try
        {
            rollback.Execute();
        }
        catch (SqliteException exception)
        {
            logger.LogError(exception, "A transaction could not be rolled back; it is, before the next one begins.");
        }
    }

    /// <summary>The task as the transaction has it; null when there is none.</summary>
    public AgentTask? Find(string taskId)
    {
        if (changed.TryGetValue(taskId, out var task)) return task;

        // What is not live was last changed by an earlier transaction, or is noted above: what is committed is what there is.
        return live.Find(taskId) ?? findStored(taskId);
    }

    public IReadOnlyList<AgentTask> LiveChildrenOf(string taskId) =>
        Live(live.Index.ChildrenOf(taskId), added.ChildrenOf(taskId), task => task.ParentTaskId == taskId);

    /// <summary>Pending tasks that wait for this one to end.</summary>
    public IReadOnlyList<AgentTask> DependentsOf(string taskId) => Live(
        live.Index.DependentsOf(taskId), added.DependentsOf(taskId),
        task => task.DependsOn.Any(edge => edge.TaskId == taskId && edge.State == DependencyState.Open));

    /// <summary>The live task that carries out the same order, the oldest of several; or null.</summary>
    public AgentTask? FindOrder(string fingerprint) =>
        Live(live.Index.FindOrder(fingerprint), added.FindOrder(fingerprint), LiveTaskIndex.HoldsOrder) is [var first, ..] ? first : null;

    /// <summary>Whether a live task of a chat has a name.</summary>
    public bool HasLiveName(string chatId, string name) =>
        Live(live.Index.FindName(chatId, name), added.FindName(chatId, name), task => task.ChatId == chatId && task.Name == name).Count > 0;

    public bool MayTake(string attachmentId, string taskId) => Statements.FindAttachment(attachmentId) is [var owner] && (owner is null || owner == taskId);

    /// <summary>Notes what an operation made of a task, for after the commit.</summary>
    public void Note(string taskId, AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        changed[taskId] = after;
        added.Change(before, after);
        news.Add((before, after, events));
        if (after is not null) NoteInChat(before, after);
        foreach (var follower in followers) follower.Follow(this, before, after);
    }

    /// <summary>
    /// Says in the chat's row that something happened there: with the first change of a task in each second, so that a task that streams its steps
    /// costs its chat one small write a second, and one that is done within a second none.
    /// </summary>
    private void NoteInChat(AgentTask? before, AgentTask after)
    {
        if (before is null ? !after.IsPrimary : before.UpdatedAt.ToUnixTimeSeconds() != Now.ToUnixTimeSeconds()) Statements.TouchChat(after.ChatId, Now);
        if (before is not null && after.IsPrimary && before.Title != after.Title) Statements.RenameChat(after.ChatId, before.Title, after.Title);
    }

    /// <summary>The indexes say where to look; the tasks as the transaction has them say what is so.</summary>
    private IReadOnlyList<AgentTask> Live(IReadOnlyCollection<string> committed, IReadOnlyCollection<string> open, Func<AgentTask, bool> isSo) =>
        committed.Count == 0 && open.Count == 0
            ? []
            : [.. committed.Union(open).Select(Find).OfType<AgentTask>().Where(task => !task.Status.IsTerminal() && isSo(task)).OrderBy(task => task.Key)];

    /// <summary>Tells everybody, in the order in which it was written.</summary>
    public void Publish()
    {
        changed.Clear();
        added.Clear();
        foreach (var (before, after, events) in news)
        {
            foreach (var listener in listeners)
            {
                try
                {
                    listener.Committed(before, after, events);
                }
#pragma warning disable CA1031 // What is committed stays committed, and the writer has the next batch to write.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    logger.LogError(exception, "{Listener} could not take in a committed change.", listener.GetType().Name);
                }
            }
        }

        news.Clear();
    }

    public void Dispose()
    {
        Statements.Dispose();
        begin.Dispose();
        commit.Dispose();
        rollback.Dispose();
    }
}
