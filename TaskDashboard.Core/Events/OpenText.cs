using System.Text;
using TaskDashboard.Core.Chats;

namespace TaskDashboard.Core.Events;

/// <summary>
/// A message that is streaming in: grows at its end, and is read by any number of viewers, each from its own offset. Guarded by the lock of
/// its channel.
/// </summary>
internal sealed class OpenText(string taskId, string messageId, EntryRole role)
{
    private readonly StringBuilder text = new();
    private DeltaFrame? newest;

    public string TaskId => taskId;

    public string MessageId { get; } = messageId;

    public EntryRole Role { get; } = role;

    /// <summary>In a chat's channel: it is the primary task's, and its frames do not name the task.</summary>
    public bool IsOrdinary { get; init; }

    public int Length => text.Length;

    public void Append(string piece) => text.Append(piece);

    /// <summary>The text from an offset to the end as one frame. Viewers that are equally far share it, and with it its JSON.</summary>
    public DeltaFrame Since(int offset)
    {
        if (newest is { } frame && frame.Offset == offset && frame.Offset + frame.Text.Length == text.Length) return frame;
        return newest = new DeltaFrame(taskId, MessageId, Role, offset, text.ToString(offset, text.Length - offset)) { IsOrdinary = IsOrdinary };
    }

    public OpenMessage Snapshot() => new(MessageId, Role, text.ToString());
}
