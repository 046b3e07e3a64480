using Microsoft.Extensions.Logging;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Chats;

/// <summary>The verbs on chats, over the store and over those on tasks.</summary>
internal sealed class ChatService(Store store, TaskService tasks, ILogger<ChatService> logger) : IChatService
{
    /// <summary>A chat that goes on getting tasks while it is removed is tried so often.</summary>
    private const int MostRounds = 20;

    public event Action<string>? Changed;

    public Task<ChatListPage> ListAsync(ChatQuery query, CancellationToken cancellationToken = default) => store.Chats.ListAsync(query, cancellationToken);

    public Task<ChatSummary?> FindAsync(string chatId, Caller caller, CancellationToken cancellationToken = default) =>
        store.Chats.FindAsync(chatId, caller.UserId, caller.VisibleTo, cancellationToken);

    public Task<IReadOnlyList<ChatLine>> ListMessagesAsync(string chatId, long after, int limit, CancellationToken cancellationToken = default) =>
        store.Chats.ListMessagesAsync(chatId, after, limit, cancellationToken);

    public Task<ChatNews> FindNewsAsync(string chatId, string readerId, CancellationToken cancellationToken = default) =>
        store.Chats.FindNewsAsync(chatId, readerId, cancellationToken);

    public async Task<ChatSummary> UpdateAsync(string chatId, UpdateChat change, Caller caller, CancellationToken cancellationToken = default)
    {
        var title = change.Title?.Trim();
        if (title is "") throw RefusedException.Validation("title", "title is empty. Leave it away to keep the one that the chat has.");
        if (title is { Length: > TaskTitle.MaxGivenLength }) throw RefusedException.Validation("title", $"title is longer than {TaskTitle.MaxGivenLength} characters.");
        var chat = await FindAsync(chatId, caller, cancellationToken) ?? throw RefusedException.NotFound("chat", chatId);

        // A chat and the task that it was begun with have one title until somebody tells them apart; the task's own change takes the chat along.
        if (title is not null && chat.PrimaryTaskId is { } primary && await store.Reader.FindAsync(primary, cancellationToken) is { } task && task.Title == chat.Title)
        {
            await tasks.UpdateAsync(primary, new UpdateTask { Title = title }, cancellationToken);
        }

        var found = await WriteAsync(chatId, batch =>
        {
            using var update = new Statement(batch.Database,
                "UPDATE chats SET title = COALESCE(?2, title), archived_at = CASE ?3 WHEN 1 THEN COALESCE(archived_at, ?4) WHEN 0 THEN NULL ELSE archived_at END WHERE id = ?1");
            return update.Execute(chatId, title, change.Archived is { } archived ? archived ? 1 : 0 : (int?)null, StoreTime.ToStore(batch.Now)) > 0;
        });
        return (found ? await FindAsync(chatId, caller, cancellationToken) : null) ?? throw RefusedException.NotFound("chat", chatId);
    }

    public async Task<int> DeleteAsync(string chatId, string by, CancellationToken cancellationToken = default)
    {
        var stopped = await tasks.CancelChatAsync(chatId, by, cancellationToken);
        for (var round = 0; round < MostRounds; round++)
        {
            if (await store.Chats.ReadAsync(chatId, cancellationToken) is not { } chat)
            {
                Tell(chatId);
                return stopped;
            }

            // Its last task takes it along, with everything that is kept of it.
            foreach (var task in chat.Tasks)
            {
                try
                {
                    await tasks.DeleteAsync(task.Id, by, cancellationToken);
                }
                catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
                {
                    // Somebody was quicker.
                }
            }
        }

        throw RefusedException.Conflict("task_live", "The chat goes on getting new tasks. What was there was deleted; stop whatever starts them, and delete it again.");
    }

    public async Task MarkReadAsync(string chatId, string readerId, long lastId, CancellationToken cancellationToken = default)
    {
        if (lastId < 0 || lastId > store.Feed.NewestId) throw RefusedException.Validation("last_id", "last_id has to be the id of an event that was told, or 0.");
        var found = await WriteAsync(chatId, batch =>
        {
            if (!batch.Statements.ChatExists(chatId)) return false;
            using var read = new Statement(batch.Database, """
                INSERT INTO chat_reads (chat_id, user_id, last_id, read_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (chat_id, user_id) DO UPDATE SET last_id = MAX(last_id, excluded.last_id), read_at = excluded.read_at
                """);
            read.Execute(chatId, readerId, lastId, StoreTime.ToStore(batch.Now));
            return true;
        });
        if (!found) throw RefusedException.NotFound("chat", chatId);
    }

    private Task<bool> WriteAsync(string chatId, Func<WriteBatch, bool> apply)
    {
        var operation = new CommittedOperation<bool>(apply, found =>
        {
            if (found) Tell(chatId);
        });
        store.Writer.Enqueue(operation);
        return operation.Completion;
    }

    private void Tell(string chatId)
    {
        try
        {
            Changed?.Invoke(chatId);
        }
#pragma warning disable CA1031 // What is committed stays committed, and the writer has the next batch to write.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "Somebody could not take in a change of {ChatId}.", chatId);
        }
    }
}
