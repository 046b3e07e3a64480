using System.Text.Json;
using System.Text.Json.Serialization;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Notifications;

/// <summary>What an address is sent.</summary>
/// <param name="Event">What happened.</param>
/// <param name="DeliveryId">The same at every attempt.</param>
/// <param name="At">When it happened.</param>
public sealed record NotificationPayload(NotificationEvent Event, string DeliveryId, DateTimeOffset At)
{
    /// <summary>The task as it stood then; absent in a test.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public AgentTask? Task { get; init; }

    /// <summary>What is asked, for <see cref="NotificationEvent.NeedsYou"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public TaskRequest? Request { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, EventJson.Wire.NotificationPayload);
}
