using System.Text.Json.Serialization;

namespace TaskDashboard.Core.Notifications;

/// <summary>An address that is told of tasks: an outbound webhook. Stored as one JSON document.</summary>
public sealed record NotificationTarget
{
    public required string Id { get; init; }

    /// <summary>For people; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Where to: http or https. Private addresses are refused unless <c>TaskDashboard:Network</c> allows them.</summary>
    public required string Url { get; init; }

    /// <summary>What it is told of; at least one.</summary>
    public IReadOnlyList<NotificationEvent> Events { get; init; } = [NotificationEvent.Done, NotificationEvent.Failed, NotificationEvent.NeedsYou];

    /// <summary>Only of tasks of this agent; null for every one.</summary>
    public string? AgentId { get; init; }

    /// <summary>Whose tasks it is told of; null for those of the person at this machine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PersonId { get; init; }

    /// <summary>What deliveries are signed with; null for none. Never shown.</summary>
    public string? Secret { get; init; }

    /// <summary>False while nothing is to be sent; what comes meanwhile is not sent later.</summary>
    public bool Active { get; init; } = true;

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What an address can be told of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotificationEvent>))]
public enum NotificationEvent
{
    /// <summary>A task has completed.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>A task has failed.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>A task asks a question, or for an approval.</summary>
    [JsonStringEnumMemberName("needs_you")] NeedsYou,

    /// <summary>Nothing happened: somebody tries the address.</summary>
    [JsonStringEnumMemberName("test")] Test,
}

/// <summary>A piece of word on its way to an address, or what became of it.</summary>
public sealed record NotificationDelivery
{
    /// <summary>The same at every attempt, so that the receiver knows a repeat.</summary>
    public required string DeliveryId { get; init; }

    public required string NotificationId { get; init; }

    public NotificationEvent Event { get; init; }

    /// <summary>The task that it is about; empty for a test.</summary>
    public string TaskId { get; init; } = "";

    public NotificationState State { get; init; }

    /// <summary>How often it was sent so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is sent next; null once it is decided.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What the address answered last, as an HTTP status; null when it did not answer.</summary>
    public int? LastStatus { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore] public string Payload { get; init; } = "";
}

/// <summary>Where a piece of word is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NotificationState>))]
public enum NotificationState
{
    /// <summary>It is sent, or sent again, when its time comes.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>The address has taken it.</summary>
    [JsonStringEnumMemberName("delivered")] Delivered,

    /// <summary>It was given up after the last attempt.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
