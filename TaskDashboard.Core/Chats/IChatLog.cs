using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Chats;

/// <summary>What is stored of a chat's transcript, for its stream.</summary>
internal interface IChatLog
{
    /// <summary>The chat with its tasks; null when there is none.</summary>
    Task<ChatPicture?> ReadAsync(string chatId, CancellationToken cancellationToken);

    /// <summary>The ids of the events of all its tasks behind a cursor, in order; as many as the limit, at most.</summary>
    Task<IReadOnlyList<long>> ListEventIdsAsync(string chatId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The events with these ids, in order; those that are gone meanwhile are left out.</summary>
    Task<IReadOnlyList<ChatEventFrame>> ListEventsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>Its tasks that have not ended, from memory.</summary>
    IReadOnlyList<(string TaskId, bool IsPrimary)> LiveTasksOf(string chatId);

    /// <summary>Is there such a chat?</summary>
    Task<bool> ExistsAsync(string chatId, CancellationToken cancellationToken);
}
