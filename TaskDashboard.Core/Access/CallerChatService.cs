using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The chats of one caller. Whoever takes part in one may rename it and put it away; only the person whose it is removes it.</summary>
internal sealed class CallerChatService(ChatService inner, TaskReader reader, ICallerSource source, ChatAccess access, AuditLog audit) : IChatService
{
    public event Action<string>? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public Task<ChatListPage> ListAsync(ChatQuery query, CancellationToken cancellationToken = default) =>
        inner.ListAsync(query with { VisibleTo = source.Caller.VisibleTo }, cancellationToken);

    public async Task<ChatSummary?> FindAsync(string chatId, Caller caller, CancellationToken cancellationToken = default) =>
        await FindAudienceAsync(chatId, cancellationToken) is { } audience && access.MaySee(source.Caller, audience) ? await inner.FindAsync(chatId, source.Caller, cancellationToken) : null;

    public async Task<IReadOnlyList<ChatLine>> ListMessagesAsync(string chatId, long after, int limit, CancellationToken cancellationToken = default)
    {
        await RequireSightAsync(chatId, cancellationToken);
        return await inner.ListMessagesAsync(chatId, after, limit, cancellationToken);
    }

    public async Task<ChatNews> FindNewsAsync(string chatId, string readerId, CancellationToken cancellationToken = default)
    {
        await RequireSightAsync(chatId, cancellationToken);
        return await inner.FindNewsAsync(chatId, source.Caller.UserId, cancellationToken);
    }

    public async Task<ChatSummary> UpdateAsync(string chatId, UpdateChat change, Caller caller, CancellationToken cancellationToken = default)
    {
        access.RequireWrite(source.Caller, await FindAudienceAsync(chatId, cancellationToken), "chat", chatId);
        var changed = await inner.UpdateAsync(chatId, change, source.Caller, cancellationToken);
        audit.Append(source.Caller, AuditActions.ChatChanged, chatId);
        return changed;
    }

    public async Task<int> DeleteAsync(string chatId, string by, CancellationToken cancellationToken = default)
    {
        var audience = await FindAudienceAsync(chatId, cancellationToken);
        access.RequireWrite(source.Caller, audience, "chat", chatId);
        if (!source.Caller.SeesAll && audience?.PersonId != source.Caller.UserId) throw RefusedException.ReadOnly("chat");
        var stopped = await inner.DeleteAsync(chatId, source.Caller.Name, cancellationToken);
        audit.Append(source.Caller, AuditActions.ChatDeleted, chatId);
        return stopped;
    }

    public async Task MarkReadAsync(string chatId, string readerId, long lastId, CancellationToken cancellationToken = default)
    {
        await RequireSightAsync(chatId, cancellationToken);
        await inner.MarkReadAsync(chatId, source.Caller.UserId, lastId, cancellationToken);
    }

    private async ValueTask<Audience?> FindAudienceAsync(string chatId, CancellationToken cancellationToken) =>
        (await reader.FindChatAsync(chatId, cancellationToken))?.Audience;

    private async ValueTask RequireSightAsync(string chatId, CancellationToken cancellationToken)
    {
        if (await FindAudienceAsync(chatId, cancellationToken) is not { } audience || !access.MaySee(source.Caller, audience)) throw RefusedException.NotFound("chat", chatId);
    }
}
