namespace TaskDashboard.Core.Triggers;

/// <summary>Something that came in at the address of a webhook, whether it was taken or not.</summary>
/// <param name="TriggerId">The webhook.</param>
/// <param name="Status">What the sender was answered with, as an HTTP status.</param>
/// <param name="DeliveryId">The sender's name for it; null when it gave none.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Text">What became of it, in one sentence.</param>
public sealed record WebhookDelivery(string TriggerId, int Status, string? DeliveryId, long Size, string Text)
{
    public DateTimeOffset At { get; init; }
}
