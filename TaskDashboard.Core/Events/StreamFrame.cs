using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Events;

/// <summary>One thing that a viewer of a task receives.</summary>
public abstract class StreamFrame
{
    /// <summary>The frame's name on the wire, one of <see cref="EventTypes"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The frame's JSON in UTF-8; made once and shared by all viewers that get the same frame.</summary>
    public abstract ReadOnlyMemory<byte> Json { get; }

    /// <summary>The cursor behind this frame; null for frames that have none.</summary>
    public virtual long? Cursor => null;
}

/// <summary>The task as it is: first of every stream.</summary>
public sealed class SnapshotFrame(AgentTask task, OpenMessage? partial, bool resync) : StreamFrame
{
    private byte[]? json;

    /// <summary>With its open requests and <see cref="AgentTask.LastSeq"/>.</summary>
    public AgentTask Task { get; } = task;

    /// <summary>The message that is streaming in right now; null between messages.</summary>
    public OpenMessage? Partial { get; } = partial;

    /// <summary>True when the viewer's cursor was ahead of the log: forget everything, the log follows from its start.</summary>
    public bool Resync { get; } = resync;

    public override string Name => EventTypes.Snapshot;

    public override ReadOnlyMemory<byte> Json => json ??= EventJson.Snapshot(this);
}

/// <summary>A message that is streaming in, with the text so far.</summary>
/// <param name="MessageId">Its id, which the final <c>message</c> or <c>thought</c> will have too.</param>
/// <param name="Role"><see cref="EntryRole.Assistant"/> or <see cref="EntryRole.Thought"/>.</param>
/// <param name="Text">What has come so far.</param>
public sealed record OpenMessage(string MessageId, EntryRole Role, string Text);

/// <summary>A durable event.</summary>
public sealed class EventFrame(TaskEvent @event) : StreamFrame
{
    public TaskEvent Event { get; } = @event;

    public override string Name => Event.Type;

    public override ReadOnlyMemory<byte> Json => Event.Json;

    public override long? Cursor => Event.Seq;
}

/// <summary>A piece of streaming text. Offsets count UTF-16 units; a viewer that joins late gets one piece from offset 0.</summary>
public sealed class DeltaFrame(string taskId, string messageId, EntryRole role, int offset, string text) : StreamFrame
{
    private byte[]? json;

    public string TaskId { get; } = taskId;

    public string MessageId { get; } = messageId;

    public EntryRole Role { get; } = role;

    public int Offset { get; } = offset;

    public string Text { get; } = text;

    /// <summary>In a chat's stream: it is the primary task's, and the frame does not name the task on the wire.</summary>
    public bool IsOrdinary { get; init; }

    public override string Name => Role == EntryRole.Thought ? EventTypes.ThoughtDelta : EventTypes.MessageDelta;

    public override ReadOnlyMemory<byte> Json => json ??= EventJson.Delta(this);
}

/// <summary>The viewer was too slow: a snapshot follows, then the log from the viewer's own cursor. Nothing durable is lost.</summary>
public sealed class ResyncFrame(string taskId) : StreamFrame
{
    public string TaskId { get; } = taskId;

    public override string Name => EventTypes.Resync;

    public override ReadOnlyMemory<byte> Json => EventJson.Marker(Name, TaskId);
}

/// <summary>The task is terminal and everything was sent; the stream ends here.</summary>
public sealed class EndFrame(string taskId) : StreamFrame
{
    public string TaskId { get; } = taskId;

    public override string Name => EventTypes.End;

    public override ReadOnlyMemory<byte> Json => EventJson.Marker(Name, TaskId);
}
