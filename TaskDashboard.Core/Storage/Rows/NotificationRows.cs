namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>notifications</c>: where word of tasks goes.</summary>
internal sealed class NotificationRow
{
    public string Id { get; set; } = "";
    public string Definition { get; set; } = "";
    public long CreatedAt { get; set; }
}

/// <summary>A row of <c>notification_deliveries</c>: one piece of word on its way to one address, or what became of it.</summary>
internal sealed class NotificationDeliveryRow
{
    public long Id { get; set; }
    public string DeliveryId { get; set; } = "";
    public string NotificationId { get; set; } = "";
    public string Event { get; set; } = "";
    public string TaskId { get; set; } = "";
    public string Payload { get; set; } = "";
    public int State { get; set; }
    public int Attempts { get; set; }
    public long? NextAt { get; set; }
    public int? LastStatus { get; set; }
    public string? LastError { get; set; }
    public long CreatedAt { get; set; }
    public long? EndedAt { get; set; }
}
