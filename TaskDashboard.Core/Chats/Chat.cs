namespace TaskDashboard.Core.Chats;

/// <summary>A conversation: an ordered transcript owned by a user, holding the messages of one or more tasks.</summary>
public sealed record Chat
{
    public required string ChatId { get; init; }

    public required string UserId { get; init; }

    public required string Title { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
