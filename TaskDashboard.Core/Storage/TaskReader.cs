using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Reads the store over pooled connections; live tasks and counts come from memory.</summary>
internal sealed partial class TaskReader(IDbContextFactory<DashboardDbContext> contexts, LiveTaskTable live, SearchIndex search, IQueuePlaces? places) : ITaskReader, IListLog, ISessionStore, IChatReader
{
    private static readonly IReadOnlyDictionary<string, long> NoCounts = new Dictionary<string, long>();

    public TaskCounts Counts => live.Counts;

    /// <summary>How many tasks of a person stand where, from memory. What others share with them is not theirs, and not counted.</summary>
    public TaskCounts CountsOf(string personId) => live.CountsOf(personId);

    /// <summary>How many tasks that a key has made run or wait for a slot; from memory, by looking at all that are live.</summary>
    public int CountRunningOfKey(string keyId) => live.All.Count(task => task.Status is AgentTaskStatus.Running or AgentTaskStatus.Pending && task.Settings.KeyId == keyId);

    public async ValueTask<AgentTask?> FindAsync(string taskId, CancellationToken cancellationToken = default)
    {
        if (live.Find(taskId) is { } task) return WithPlace(task);

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Tasks.SingleOrDefaultAsync(row => row.Id == taskId, cancellationToken);

        // Between the two looks a terminal task may have been continued: then memory is ahead.
        return live.Find(taskId) ?? (row is null ? null : RowMapping.ToTask(row));
    }

    /// <summary>Has the task not ended? From memory.</summary>
    public bool IsLive(string taskId) => live.Find(taskId) is not null;

    /// <summary>A task that has not ended, from memory; null for others.</summary>
    public AgentTask? FindLive(string taskId) => live.Find(taskId);

    /// <summary>A task as it is stored, whatever memory says; for the writer, which looks here for what is not live.</summary>
    public AgentTask? FindStored(string taskId)
    {
        using var context = contexts.CreateDbContext();
        if (context.Tasks.SingleOrDefault(row => row.Id == taskId) is not { } row) return null;

        // News that came after its end wait here for its next run.
        var inbox = context.Messages
            .Where(message => message.State == (int)EntryState.Stored && message.TaskKey == row.Key)
            .OrderBy(message => message.Seq)
            .ToList();
        return RowMapping.ToTask(row) with { Inbox = inbox.ConvertAll(RowMapping.ToQueued) };
    }

    /// <summary>The id of the task above one, which may be deleted as well as the one above it; null for a task at the top, and for one that never was.</summary>
    public string? FindParent(string taskId)
    {
        if (live.Find(taskId) is { } task) return task.ParentTaskId;
        using var context = contexts.CreateDbContext();
        return context.Tasks.Where(row => row.Id == taskId).Select(row => row.ParentTaskId)
            .Concat(context.DeletedTasks.Where(row => row.Id == taskId).Select(row => row.ParentTaskId))
            .SingleOrDefault();
    }

    public async Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        var list = new TaskListQuery(query);
        if (!string.IsNullOrWhiteSpace(query.Search)) await search.CatchUpAsync();

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();

        // One look for all statements of the page: a task that moves between two of them would be on it twice, or not at all.
        await using var look = connection.BeginTransaction(deferred: true);
        var tasks = list.ReadPage(connection).ConvertAll(row => WithPlace(row with { Inbox = live.Find(row.Id)?.Inbox ?? [] }));
        string? next = null;
        if (tasks.Count > query.Limit)
        {
            tasks.RemoveAt(query.Limit);
            next = list.CursorBehind(tasks[^1]);
        }

        var (counts, needsYou) = query.WithCounts ? Count(list, connection) : (NoCounts, 0);
        return new TaskPage(tasks, next, counts) { NeedsYou = needsYou };
    }

    public async Task<TaskGroupList> ListGroupsAsync(TaskQuery query, TaskGrouping by, CancellationToken cancellationToken = default)
    {
        var list = new TaskListQuery(query);
        if (!string.IsNullOrWhiteSpace(query.Search)) await search.CatchUpAsync();

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        await using var look = connection.BeginTransaction(deferred: true);
        var counts = Count(list, connection);
        return new TaskGroupList(list.ReadGroups(connection, by, counts), counts.Counts, counts.NeedsYou);
    }

    private (IReadOnlyDictionary<string, long> Counts, long NeedsYou) Count(TaskListQuery list, SqliteConnection connection) =>
        list.CountsAll ? (live.Counts.ByStatus.ToDictionary(count => count.Key.ToWire(), count => count.Value), live.Counts.NeedsYou) : list.Count(connection);

    public async Task<IReadOnlyList<TaskEvent>> ListEventsAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindTaskAsync(context, taskId, cancellationToken) is not { } task) return [];

        var rows = await context.Events
            .Where(row => row.TaskKey == task.Key && row.Seq > after)
            .OrderBy(row => row.Seq)
            .Take(limit)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => ToEvent(row, task.Id, task.ChatId, task.UserId, task.SessionId));
    }

    public async Task<IReadOnlyList<(TaskEvent Event, Audience Audience)>> ListChangesAsync(long after, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // Rows of an import whose tasks are still to come are nobody's to see. Left out in the query, not behind its limit: fewer than that are all there are.
        var rows = await (
                from row in context.Events
                where row.Id > after && (row.Type == EventTypes.Status || row.Type == EventTypes.Title || row.Type == EventTypes.Request ||
                    row.Type == EventTypes.RequestResolved || row.Type == EventTypes.Deleted)
                join task in context.Tasks on row.TaskKey equals task.Key into tasks
                from task in tasks.DefaultIfEmpty()
                join gone in context.DeletedTasks on row.TaskKey equals gone.Key into goneTasks
                from gone in goneTasks.DefaultIfEmpty()
                where task != null || gone != null
                orderby row.Id
                select new { row, task, gone })
            .Take(limit)
            .ToListAsync(cancellationToken);
        return rows
            .Select(found => found.task is { } task
                ? (ToEvent(found.row, task.Id, task.ChatId, task.UserId, task.SessionId), new Audience(task.PersonId, task.AccessChatId))
                : (ToEvent(found.row, found.gone!.Id, found.gone.ChatId, found.gone.UserId, found.gone.SessionId), new Audience(found.gone.PersonId, found.gone.AccessChatId)))
            .ToList();
    }

    public async Task<IReadOnlyList<ChatEntry>> ListMessagesAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindTaskAsync(context, taskId, cancellationToken) is not { } task) return [];

        var rows = await context.Messages
            .Where(row => row.TaskKey == task.Key && row.Seq > after)
            .OrderBy(row => row.Seq)
            .Take(limit)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => RowMapping.ToEntry(row, task));
    }

    public async Task<IReadOnlyList<Run>> ListRunsAsync(string taskId, int after, int limit, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindTaskAsync(context, taskId, cancellationToken) is not { } task) return [];

        var rows = await context.Runs
            .Where(row => row.TaskKey == task.Key && row.Attempt > after)
            .OrderBy(row => row.Attempt)
            .Take(limit)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => RowMapping.ToRun(row, taskId));
    }

    public async Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from run in context.Runs join task in context.Tasks on run.TaskKey equals task.Key where run.Id == runId select new { run, task.Id })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null) return null;

        var steps = await context.Steps.Where(step => step.RunId == runId).OrderBy(step => step.Index).ToListAsync(cancellationToken);
        return RowMapping.ToRun(found.run, found.Id) with { Steps = steps.ConvertAll(RowMapping.ToStep) };
    }

    public async Task<IReadOnlyList<AgentTask>> ListTreeAsync(string taskId, CancellationToken cancellationToken = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindTaskAsync(context, taskId, cancellationToken) is not { } root) return [];

        var tree = new List<AgentTask> { root };
        var seen = new HashSet<string>(StringComparer.Ordinal) { root.Id };
        for (var level = new List<string> { root.Id }; level.Count > 0;)
        {
            var parents = level;
            var children = await context.Tasks
                .Where(row => row.ParentTaskId != null && parents.Contains(row.ParentTaskId))
                .OrderBy(row => row.Key)
                .ToListAsync(cancellationToken);
            level = [];
            foreach (var child in children.Where(child => seen.Add(child.Id)))
            {
                tree.Add(live.Find(child.Id) ?? RowMapping.ToTask(child));
                level.Add(child.Id);
            }
        }

        return tree;
    }

    /// <summary>The direct children of a task, oldest first.</summary>
    public async Task<IReadOnlyList<AgentTask>> ListChildrenAsync(string taskId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Tasks.Where(row => row.ParentTaskId == taskId).OrderBy(row => row.Key).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => live.Find(row.Id) is { } task ? WithPlace(task) : RowMapping.ToTask(row));
    }

    public async Task<Chat?> FindChatAsync(string chatId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Chats.SingleOrDefaultAsync(row => row.Id == chatId, cancellationToken) is { } row
            ? ToChat(row)
            : null;
    }

    internal static Chat ToChat(ChatRow row) => new()
    {
        ChatId = row.Id,
        UserId = row.UserId,
        PersonId = row.PersonId,
        AccessChatId = row.AccessChatId,
        Title = row.Title,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        UpdatedAt = StoreTime.FromStore(row.UpdatedAt),
        ArchivedAt = StoreTime.FromStore(row.ArchivedAt),
    };

    private async Task<AgentTask?> FindTaskAsync(DashboardDbContext context, string taskId, CancellationToken cancellationToken) =>
        live.Find(taskId) ?? (await context.Tasks.SingleOrDefaultAsync(row => row.Id == taskId, cancellationToken) is { } row ? RowMapping.ToTask(row) : null);

    /// <summary>What waits for a slot is told with its place, as it is right now; also a run that had given its slot up and has nothing else to wait for any more.</summary>
    public AgentTask WithPlace(AgentTask task)
    {
        if (task.Status.IsTerminal()) return task;
        var startsNext = task is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot };
        if (places?.PlaceOf(task.Id) is not { } place) return startsNext ? task with { ReasonText = "It starts in a moment." } : task;
        return task with { ReasonText = $"It {(startsNext ? "waits for a slot" : "goes on when a slot is free")}; it is number {((long)place).ToText()} in the queue." };
    }

    internal static TaskEvent ToEvent(EventRow row, string taskId, string chatId, string userId, string sessionId)
    {
        var data = Encoding.UTF8.GetBytes(row.Data);
        var at = StoreTime.FromStore(row.At);
        return new TaskEvent(
            row.Id, row.Seq, row.Type, at, taskId, row.RunId, chatId, EventJson.ReadData(row.Type, data),
            EventJson.Event(row.Id, row.Seq, row.Type, at, taskId, row.RunId, chatId, userId, sessionId, data));
    }
}
