using System.Text.Json.Serialization;
using TaskDashboard.Core.People;

namespace TaskDashboard.Core.Chats;

/// <summary>A conversation: an ordered transcript owned by a user, holding the messages of one or more tasks.</summary>
public sealed record Chat
{
    public required string ChatId { get; init; }

    public required string UserId { get; init; }

    public required string Title { get; init; }

    /// <summary>The person whose it is; for one that an agent or a trigger began, the one it did so for. Null for nobody's.</summary>
    [JsonIgnore] public string? PersonId { get; init; }

    /// <summary>The chat whose shares decide who else sees it: itself, or for one that a task began the one of that task.</summary>
    [JsonIgnore] public string AccessChatId { get; init; } = "";

    [JsonIgnore] public Audience Audience => new(PersonId, AccessChatId);

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When something last happened in it, to the second.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Since when it is put away; null for one that is not.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
