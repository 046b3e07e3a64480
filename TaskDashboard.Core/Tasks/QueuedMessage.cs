using System.Text.Json.Serialization;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;

namespace TaskDashboard.Core.Tasks;

/// <summary>A message in a task's inbox: on disk, and not yet given to a model. Until then it can be changed, moved and taken back.</summary>
public sealed record QueuedMessage
{
    public required string MessageId { get; init; }

    public required string Text { get; init; }

    /// <summary>The files that it takes along; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<AttachedFile>? Attachments { get; init; }

    /// <summary><see cref="EntryRole.User"/>, or <see cref="EntryRole.Subtask"/> for the news of a child or another agent's word.</summary>
    public EntryRole Role { get; init; } = EntryRole.User;

    /// <summary>When a running task takes it in.</summary>
    public MessageMode Mode { get; init; }

    /// <summary>The other task that it comes from; null for a person's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? FromTaskId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>News are told as they happened; only what a person wrote is that person's to change.</summary>
    [JsonIgnore] public bool IsEditable => Role == EntryRole.User;

    /// <summary>It tells the end of a child. Not known of those that were there before a restart.</summary>
    internal bool IsNewsOfAnEnd { get; init; }

    /// <summary>Is it read at a step, or only when the turn has ended?</summary>
    internal bool IsDue(bool turnEnded) => turnEnded || Mode is MessageMode.Steer or MessageMode.Interrupt;
}
