namespace TaskDashboard.Core.Chats;

/// <summary>Finds chats.</summary>
internal interface IChatReader
{
    /// <summary>The chat, or null.</summary>
    Task<Chat?> FindChatAsync(string chatId, CancellationToken cancellationToken);
}
