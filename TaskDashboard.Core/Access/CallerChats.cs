using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>With whom a caller's chats are shared. Only the person whose a chat is may share it.</summary>
public sealed class CallerChats
{
    private readonly TaskReader reader;
    private readonly ICallerSource source;
    private readonly ChatAccess access;
    private readonly AuditLog audit;

    internal CallerChats(TaskReader reader, ICallerSource source, ChatAccess access, AuditLog audit) => (this.reader, this.source, this.access, this.audit) = (reader, source, access, audit);

    /// <summary>User ids, and whether they may write.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    public async Task<IReadOnlyDictionary<string, bool>> ListSharesAsync(string chatId, CancellationToken cancellationToken = default) =>
        access.SharesOf((await RequireSightAsync(chatId, cancellationToken)).AccessChatId);

    /// <summary>Shares a chat with a person; null takes it back. On disk, and heeded, when it completes.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>read_only</c>, <c>not_a_chat_of_its_own</c>.</exception>
    public async Task ShareAsync(string chatId, string userId, bool? canWrite, CancellationToken cancellationToken = default)
    {
        var chat = await RequireSightAsync(chatId, cancellationToken);
        var caller = source.Caller;
        if (caller.Role < PersonRole.Member || (!caller.SeesAll && chat.PersonId != caller.UserId)) throw RefusedException.ReadOnly("chat");
        if (chat.AccessChatId != chat.ChatId) throw RefusedException.Conflict("shared_with_its_parent", $"A task began this chat: it is seen by whoever sees {chat.AccessChatId}. Share that one.");
        if (chat.PersonId == userId) throw RefusedException.Validation("user_id", "It is this person's own chat.");
        await access.ShareAsync(chatId, userId, canWrite);
        audit.Append(caller, canWrite is null ? AuditActions.ChatUnshared : AuditActions.ChatShared, chatId, userId);
    }

    private async Task<Chat> RequireSightAsync(string chatId, CancellationToken cancellationToken) =>
        await reader.FindChatAsync(chatId, cancellationToken) is { } chat && access.MaySee(source.Caller, new Audience(chat.PersonId, chat.AccessChatId))
            ? chat
            : throw RefusedException.NotFound("chat", chatId);
}
