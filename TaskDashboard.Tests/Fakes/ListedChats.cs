using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Chats in a list. Writes down what is read and changed.</summary>
internal sealed class ListedChats : IChatService
{
    public event Action<string>? Changed;

    public List<ChatSummary> Chats { get; } = [];

    /// <summary>What happened since somebody left; the same for everybody.</summary>
    public ChatNews News { get; set; } = new(0, 0, 0, 0, 0, 0, null);

    /// <summary>What was asked for, in order.</summary>
    public List<ChatQuery> Queries { get; } = [];

    /// <summary>Up to where chats were read, in order.</summary>
    public List<(string ChatId, long LastId)> Reads { get; } = [];

    public List<string> Deleted { get; } = [];

    public void Tell(string chatId) => Changed?.Invoke(chatId);

    public Task<ChatListPage> ListAsync(ChatQuery query, CancellationToken cancellationToken = default)
    {
        lock (Queries) Queries.Add(query);
        var found = Chats.Where(chat => (chat.ArchivedAt is not null) == query.Archived && chat.Title.Contains(query.Search ?? "", StringComparison.OrdinalIgnoreCase)).ToList();
        return Task.FromResult(new ChatListPage([.. found.Take(query.Limit)], found.Count > query.Limit ? "more" : null));
    }

    public Task<ChatSummary?> FindAsync(string chatId, Caller caller, CancellationToken cancellationToken = default) => Task.FromResult(Chats.Find(chat => chat.Id == chatId));

    public Task<IReadOnlyList<ChatLine>> ListMessagesAsync(string chatId, long after, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ChatLine>>([]);

    public Task<ChatNews> FindNewsAsync(string chatId, string readerId, CancellationToken cancellationToken = default) => Task.FromResult(News);

    public Task<ChatSummary> UpdateAsync(string chatId, UpdateChat change, Caller caller, CancellationToken cancellationToken = default)
    {
        var index = Chats.FindIndex(chat => chat.Id == chatId);
        Chats[index] = Chats[index] with { Title = change.Title ?? Chats[index].Title, ArchivedAt = change.Archived is { } archived ? archived ? DateTimeOffset.UnixEpoch : null : Chats[index].ArchivedAt };
        Tell(chatId);
        return Task.FromResult(Chats[index]);
    }

    public Task<int> DeleteAsync(string chatId, string by, CancellationToken cancellationToken = default)
    {
        Deleted.Add(chatId);
        Chats.RemoveAll(chat => chat.Id == chatId);
        Tell(chatId);
        return Task.FromResult(0);
    }

    public Task MarkReadAsync(string chatId, string readerId, long lastId, CancellationToken cancellationToken = default)
    {
        lock (Reads) Reads.Add((chatId, lastId));
        return Task.CompletedTask;
    }
}
