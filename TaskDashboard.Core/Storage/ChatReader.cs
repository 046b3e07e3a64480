using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Reads chats and their transcripts over pooled connections; tasks that are live come from memory.</summary>
internal sealed class ChatReader(IDbContextFactory<DashboardDbContext> contexts, LiveTaskTable live, SearchIndex search) : IChatLog
{
    public IReadOnlyList<(string TaskId, bool IsPrimary)> LiveTasksOf(string chatId) =>
        [.. live.All.Where(task => task.ChatId == chatId).Select(task => (task.Id, task.IsPrimary))];

    public async Task<bool> ExistsAsync(string chatId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Chats.AnyAsync(row => row.Id == chatId, cancellationToken);
    }

    /// <summary>The chat for a task that joins it, and what people are to be told of that. Where its user has no account any more, it is the agents' user's.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    public async Task<(Chat Chat, string? Warning)> JoinAsync(string chatId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Chats.SingleOrDefaultAsync(row => row.Id == chatId, cancellationToken) ?? throw RefusedException.NotFound("chat", chatId);
        var chat = TaskReader.ToChat(row);
        if (chat.UserId is KnownUsers.Local or KnownUsers.Agent || await context.People.AnyAsync(person => person.Id == chat.UserId, cancellationToken)) return (chat, null);
        return (chat with { UserId = KnownUsers.Agent }, "The person whose chat this is has no account any more. The task runs as the agents' own user instead.");
    }

    public async Task<ChatPicture?> ReadAsync(string chatId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Chats.SingleOrDefaultAsync(row => row.Id == chatId, cancellationToken) is not { } chat) return null;
        var rows = await context.Tasks.Where(row => row.ChatId == chatId).OrderByDescending(row => row.Key).Take(ChatPicture.MostTasks).ToListAsync(cancellationToken);
        rows.Reverse();

        // The task that the chat began with is what its page is about, however many have joined since.
        if (rows.Count == ChatPicture.MostTasks)
        {
            var first = await context.Tasks.Where(row => row.ChatId == chatId).OrderByDescending(row => row.IsPrimary).ThenBy(row => row.Key).FirstAsync(cancellationToken);
            if (rows[0].Key > first.Key) rows.Insert(0, first);
        }

        var newest = await (
                from task in context.Tasks
                join @event in context.Events on new { TaskKey = task.Key, Seq = task.LastSeq } equals new { @event.TaskKey, @event.Seq }
                where task.ChatId == chatId
                select (long?)@event.Id)
            .MaxAsync(cancellationToken);
        return new ChatPicture(TaskReader.ToChat(chat), rows.ConvertAll(row => live.Find(row.Id) ?? RowMapping.ToTask(row)), newest ?? 0);
    }

    public async Task<IReadOnlyList<long>> ListEventIdsAsync(string chatId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // By the index of each task, which holds the ids too; the planner would rather walk the whole log from the cursor on.
        return await context.Database
            .SqlQuery<long>($"SELECT id AS Value FROM events WHERE task_key IN (SELECT key FROM tasks WHERE chat_id = {chatId}) AND +id > {after} ORDER BY +id LIMIT {limit}")
            .ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ChatEventFrame>> ListEventsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Events.Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var keys = rows.Select(row => row.TaskKey).Distinct().ToList();
        var tasks = await context.Tasks.Where(row => keys.Contains(row.Key))
            .Select(row => new { row.Key, row.Id, row.ChatId, row.UserId, row.SessionId, row.IsPrimary })
            .ToDictionaryAsync(row => row.Key, cancellationToken);
        var frames = new List<ChatEventFrame>(rows.Count);
        foreach (var row in rows)
        {
            if (!tasks.TryGetValue(row.TaskKey, out var task)) continue;
            frames.Add(new ChatEventFrame(TaskReader.ToEvent(row, task.Id, task.ChatId, task.UserId, task.SessionId), task.IsPrimary));
        }

        return frames;
    }

    public async Task<IReadOnlyList<ChatLine>> ListMessagesAsync(string chatId, long after, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
                from task in context.Tasks
                join message in context.Messages on task.Key equals message.TaskKey
                join @event in context.Events on new { message.TaskKey, message.Seq } equals new { @event.TaskKey, @event.Seq }
                where task.ChatId == chatId && @event.Id > after
                orderby @event.Id
                select new { message, task, @event.Id })
            .Take(limit)
            .ToListAsync(cancellationToken);
        return found.ConvertAll(row => ChatLine.From(RowMapping.ToEntry(row.message, RowMapping.ToTask(row.task)), row.Id, row.task.IsPrimary));
    }

    public async Task<ChatListPage> ListAsync(ChatQuery query, CancellationToken cancellationToken)
    {
        var list = new ChatListQuery(query);
        if (!string.IsNullOrWhiteSpace(query.Search)) await search.CatchUpAsync();
        return await ReadAsync(list, query.ReaderId, query.Limit, cancellationToken);
    }

    public async Task<ChatSummary?> FindAsync(string chatId, string readerId, string? visibleTo, CancellationToken cancellationToken)
    {
        var list = new ChatListQuery(new ChatQuery { ReaderId = readerId, VisibleTo = visibleTo, Limit = 1 }, chatId);
        return (await ReadAsync(list, readerId, 1, cancellationToken)).Items is [var chat] ? chat : null;
    }

    public async Task<ChatNews> FindNewsAsync(string chatId, string readerId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var read = await context.ChatReads.Where(row => row.ChatId == chatId && row.UserId == readerId).Select(row => (long?)row.LastId).FirstOrDefaultAsync(cancellationToken) ?? 0;

        // To somebody who was never here all of it is new, and a count of all of it would be the most expensive way to say so.
        if (read == 0) return new ChatNews(0, 0, 0, 0, 0, 0, null);
        await context.Database.OpenConnectionAsync(cancellationToken);
        return ChatNewsQuery.Read((SqliteConnection)context.Database.GetDbConnection(), chatId, read, [.. live.All.Where(task => task.ChatId == chatId && LiveTaskTable.NeedsYou(task))]);
    }

    private async Task<ChatListPage> ReadAsync(ChatListQuery list, string readerId, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        await using var look = connection.BeginTransaction(deferred: true);
        var chats = list.ReadPage(connection);
        string? next = null;
        if (chats.Count > limit)
        {
            chats.RemoveAt(limit);
            next = ChatListQuery.CursorBehind(chats[^1]);
        }

        var tasks = live.All.ToLookup(task => task.ChatId);
        return new ChatListPage([.. chats.Select(chat => Count(chat, tasks[chat.Id], ChatListQuery.CountUnread(connection, chat.Id, readerId)))], next);
    }

    private static ChatSummary Count(ChatSummary chat, IEnumerable<AgentTask> tasks, int unread)
    {
        var (running, needsYou, all) = (0, 0, 0);
        foreach (var task in tasks)
        {
            all++;
            if (task.Status == AgentTaskStatus.Running) running++;
            if (LiveTaskTable.NeedsYou(task)) needsYou++;
        }

        return chat with { RunningCount = running, NeedsYouCount = needsYou, LiveCount = all, UnreadCount = unread };
    }
}
