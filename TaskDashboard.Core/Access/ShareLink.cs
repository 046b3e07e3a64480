using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Access;

/// <summary>An address under which whoever has it reads one chat, until it is revoked or expires. What the address ends with is not kept, only its digest.</summary>
public sealed record ShareLink
{
    public required string Id { get; init; }

    public required string ChatId { get; init; }

    /// <summary>The person who made it; while they may not come in, neither does anybody by their links.</summary>
    public required string CreatedBy { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it leads nowhere; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Cancelled when the link is revoked: ends what is watched by it.</summary>
    [JsonIgnore] internal CancellationTokenSource Revocation { get; } = new();
}
