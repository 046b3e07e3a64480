using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>With whom a caller's chats are shared, and by which links. Only the person whose a chat is may share it.</summary>
public sealed class CallerChats
{
    private readonly TaskReader reader;
    private readonly ICallerSource source;
    private readonly ChatAccess access;
    private readonly ShareLinks links;
    private readonly AuditLog audit;

    internal CallerChats(TaskReader reader, ICallerSource source, ChatAccess access, ShareLinks links, AuditLog audit) =>
        (this.reader, this.source, this.access, this.links, this.audit) = (reader, source, access, links, audit);

    /// <summary>User ids, and whether they may write.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    public async Task<IReadOnlyDictionary<string, bool>> ListSharesAsync(string chatId, CancellationToken cancellationToken = default) =>
        access.SharesOf((await RequireSightAsync(chatId, cancellationToken)).AccessChatId);

    /// <summary>Shares a chat with a person; null takes it back. On disk, and heeded, when it completes.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>read_only</c>, <c>shared_with_its_parent</c>; <c>validation</c>: it is that person's own chat.</exception>
    public async Task ShareAsync(string chatId, string userId, bool? canWrite, CancellationToken cancellationToken = default)
    {
        var chat = await RequireOwnAsync(chatId, cancellationToken);
        if (chat.AccessChatId != chat.ChatId) throw RefusedException.Conflict("shared_with_its_parent", $"A task began this chat: it is seen by whoever sees {chat.AccessChatId}. Share that one.");
        if (chat.PersonId == userId) throw RefusedException.Validation("user_id", "It is this person's own chat.");
        await access.ShareAsync(chatId, userId, canWrite);
        audit.Append(source.Caller, canWrite is null ? AuditActions.ChatUnshared : AuditActions.ChatShared, chatId, userId);
    }

    /// <summary>The links by which the chat is read, the newest first; what their addresses end with is not kept.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>read_only</c>.</exception>
    public async Task<IReadOnlyList<ShareLink>> ListLinksAsync(string chatId, CancellationToken cancellationToken = default) =>
        links.List((await RequireOwnAsync(chatId, cancellationToken)).ChatId);

    /// <summary>Makes a link by which whoever has it reads the chat: its messages alone, and not those of chats that its tasks begin.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="days">After how many days it leads nowhere, 1 to 3,650; null for never.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>The link, and what its address ends with, which is seen only here.</returns>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>read_only</c>, <c>validation</c>, <c>too_many_links</c>.</exception>
    public async Task<(ShareLink Link, string Secret)> CreateLinkAsync(string chatId, int? days, CancellationToken cancellationToken = default)
    {
        await RequireOwnAsync(chatId, cancellationToken);
        var made = await links.CreateAsync(chatId, source.Caller.UserId, days);
        audit.Append(source.Caller, AuditActions.LinkCreated, chatId, made.Link.Id);
        return made;
    }

    /// <summary>From when it completes the link leads nowhere.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>read_only</c>.</exception>
    public async Task RevokeLinkAsync(string chatId, string linkId, CancellationToken cancellationToken = default)
    {
        await RequireOwnAsync(chatId, cancellationToken);
        if (!await links.RevokeAsync(chatId, linkId)) throw RefusedException.NotFound("link", linkId);
        audit.Append(source.Caller, AuditActions.LinkRevoked, chatId, linkId);
    }

    private async Task<Chat> RequireOwnAsync(string chatId, CancellationToken cancellationToken)
    {
        var chat = await RequireSightAsync(chatId, cancellationToken);
        var caller = source.Caller;
        return caller.Role >= PersonRole.Member && (caller.SeesAll || chat.PersonId == caller.UserId) ? chat : throw RefusedException.ReadOnly("chat");
    }

    private async Task<Chat> RequireSightAsync(string chatId, CancellationToken cancellationToken) =>
        await reader.FindChatAsync(chatId, cancellationToken) is { } chat && access.MaySee(source.Caller, chat.Audience)
            ? chat
            : throw RefusedException.NotFound("chat", chatId);
}
