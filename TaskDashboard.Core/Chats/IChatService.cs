using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Chats;

/// <summary>
/// The verbs on chats. Each completes when what it promises is on disk; a refusal changes nothing and is a <see cref="RefusedException"/>. A chat
/// that the caller may not see is to them a chat that there is not. Safe for threads.
/// </summary>
public interface IChatService
{
    /// <summary>A chat was renamed, put away, taken back, read or removed; with its id. Raised on the writer's thread: must be quick.</summary>
    event Action<string>? Changed;

    /// <summary>One page of the chats that match.</summary>
    /// <exception cref="RefusedException"><c>validation</c>: the cursor is not one of this list's, or the limit is out of range.</exception>
    Task<ChatListPage> ListAsync(ChatQuery query, CancellationToken cancellationToken = default);

    /// <summary>One chat, or null.</summary>
    Task<ChatSummary?> FindAsync(string chatId, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>The messages of all its tasks behind an event, in the order of the chat.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="after">The last event id that the caller has; 0 for none.</param>
    /// <param name="limit">How many, at most.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    Task<IReadOnlyList<ChatLine>> ListMessagesAsync(string chatId, long after, int limit, CancellationToken cancellationToken = default);

    /// <summary>What happened in it since the person has read it; nothing for one who never has.</summary>
    Task<ChatNews> FindNewsAsync(string chatId, string readerId, CancellationToken cancellationToken = default);

    /// <summary>Renames it, puts it away or takes it back.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>validation</c>: the title is empty or too long.</exception>
    Task<ChatSummary> UpdateAsync(string chatId, UpdateChat change, Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Stops all its live tasks and removes them and every other task of it, and so the chat itself. Its streams get <c>deleted</c> and end.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="by">Who asked, for the reason that people read.</param>
    /// <param name="cancellationToken">Abandons the wait, and what is not removed yet.</param>
    /// <returns>How many live tasks were stopped.</returns>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>task_live</c> when a task does not come to its end: what was removed before stays removed.</exception>
    Task<int> DeleteAsync(string chatId, string by, CancellationToken cancellationToken = default);

    /// <summary>Notes up to which event a person has seen the chat. It never goes back.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>validation</c>: no event has that id yet.</exception>
    Task MarkReadAsync(string chatId, string readerId, long lastId, CancellationToken cancellationToken = default);
}
