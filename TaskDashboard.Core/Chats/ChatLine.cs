using System.Text.Json.Serialization;
using TaskDashboard.Core.Attachments;

namespace TaskDashboard.Core.Chats;

/// <summary>One message of a chat, in the order of the chat: a <see cref="ChatEntry"/> as the chat shows it.</summary>
public sealed record ChatLine
{
    /// <summary>The store-wide id of the event that made it known: its place in the chat.</summary>
    public long Id { get; init; }

    public required string MessageId { get; init; }

    /// <summary>The further task that it belongs to; absent on the chat's ordinary messages, which are those of its primary task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? TaskId { get; init; }

    public required string ChatId { get; init; }

    public required string SessionId { get; init; }

    public string? RunId { get; init; }

    /// <summary>Its place in the log of its task.</summary>
    public long Seq { get; init; }

    public EntryRole Role { get; init; }

    public required string Text { get; init; }

    public string? ToolName { get; init; }

    public string? CallId { get; init; }

    public string? ToolStatus { get; init; }

    public int Step { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? FromTaskId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<AttachedFile>? Attachments { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public EntryState State { get; init; }

    internal static ChatLine From(ChatEntry entry, long id, bool isPrimary) => new()
    {
        Id = id,
        MessageId = entry.MessageId,
        TaskId = isPrimary ? null : entry.TaskId,
        ChatId = entry.ChatId,
        SessionId = entry.SessionId,
        RunId = entry.RunId,
        Seq = entry.Seq,
        Role = entry.Role,
        Text = entry.Text,
        ToolName = entry.ToolName,
        CallId = entry.CallId,
        ToolStatus = entry.ToolStatus,
        Step = entry.Step,
        FromTaskId = entry.FromTaskId,
        Attachments = entry.Attachments,
        CreatedAt = entry.CreatedAt,
        State = entry.State,
    };
}
