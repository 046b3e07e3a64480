using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Events;

/// <summary>The chat as it is: first of every stream of a chat.</summary>
public sealed class ChatSnapshotFrame(ChatPicture picture, IReadOnlyList<TaskText> partials, bool resync) : StreamFrame
{
    private byte[]? json;

    public Chat Chat { get; } = picture.Chat;

    /// <summary>Its tasks, oldest first; of very many the newest <see cref="ChatPicture.MostTasks"/>.</summary>
    public IReadOnlyList<AgentTask> Tasks { get; } = picture.Tasks;

    /// <summary>The newest event that the snapshot knows of.</summary>
    public long LastId { get; } = picture.LastId;

    /// <summary>The messages that are streaming in right now.</summary>
    public IReadOnlyList<TaskText> Partials { get; } = partials;

    /// <summary>True when the viewer's cursor was ahead of the log: forget everything, the log follows from its start.</summary>
    public bool Resync { get; } = resync;

    public override string Name => EventTypes.Snapshot;

    public override ReadOnlyMemory<byte> Json => json ??= EventJson.ChatSnapshot(this);
}

/// <summary>A durable event of one of the chat's tasks. Its cursor is the store-wide id; <c>data.task_id</c> is absent where the task is the primary one.</summary>
public sealed class ChatEventFrame(TaskEvent @event, bool isPrimary) : StreamFrame
{
    // The JSON of a further task's event is the log's own. A primary task's is made once for all viewers; two at a time make the same.
    private byte[]? ordinary;

    public TaskEvent Event { get; } = @event;

    public bool IsPrimary { get; } = isPrimary;

    public override string Name => Event.Type;

    // A child that a primary task tells of keeps its id: it is what the event says, not whose it is.
    public override ReadOnlyMemory<byte> Json => IsPrimary && Event.Data is not SubtaskData ? ordinary ??= EventJson.InChat(Event) : Event.Json;

    public override long? Cursor => Event.Id;
}

/// <summary>The viewer was too slow: a snapshot follows, then the log from the viewer's own cursor. Nothing durable is lost.</summary>
public sealed class ChatResyncFrame(string chatId) : StreamFrame
{
    public override string Name => EventTypes.Resync;

    public override ReadOnlyMemory<byte> Json => EventJson.ChatMarker(Name, chatId);
}

/// <summary>The chat is gone, with all its tasks; the stream ends here. Told from a task's <c>deleted</c> by having no id.</summary>
public sealed class ChatDeletedFrame(string chatId) : StreamFrame
{
    public override string Name => EventTypes.Deleted;

    public override ReadOnlyMemory<byte> Json => EventJson.ChatMarker(Name, chatId);
}

/// <summary>A message of one of a chat's tasks that is streaming in.</summary>
/// <param name="TaskId">Whose it is.</param>
/// <param name="IsPrimary">That is the chat's primary task: its id is absent on the wire.</param>
/// <param name="Text">The text so far.</param>
public sealed record TaskText(string TaskId, bool IsPrimary, OpenMessage Text);
