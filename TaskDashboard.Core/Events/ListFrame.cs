using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Events;

/// <summary>One thing that a viewer of the task list receives.</summary>
public abstract class ListFrame
{
    public abstract string Name { get; }

    public abstract ReadOnlyMemory<byte> Json { get; }

    /// <summary>The cursor behind this frame (the store-wide event id); null for frames that have none.</summary>
    public virtual long? Cursor => null;
}

/// <summary>
/// First of every list stream, and again where the viewer was too slow to be told every change (<see cref="Resync"/>): read the list anew.
/// </summary>
public sealed class ListSnapshotFrame(TaskCounts counts, long lastId, bool resync) : ListFrame
{
    private byte[]? json;

    public TaskCounts Counts { get; } = counts;

    /// <summary>The newest event that the snapshot knows of.</summary>
    public long LastId { get; } = lastId;

    public bool Resync { get; } = resync;

    public override string Name => EventTypes.Snapshot;

    public override ReadOnlyMemory<byte> Json => json ??= EventJson.ListSnapshot(this);
}

/// <summary>A task came, changed or went.</summary>
/// <param name="event">The event that says so: <c>status</c>, <c>title</c>, <c>request</c>, <c>request_resolved</c> or <c>deleted</c>.</param>
/// <param name="task">The row after it; null when it is deleted, and when the change was read back from the log.</param>
/// <param name="audience">Who may see the task.</param>
public sealed class TaskChangedFrame(TaskEvent @event, AgentTask? task, Audience audience) : ListFrame
{
    public Audience Audience { get; } = audience;

    public TaskEvent Event { get; } = @event;

    public AgentTask? Task { get; } = task;

    public bool Deleted => Event.Type == EventTypes.Deleted;

    public override string Name => Event.Type;

    public override ReadOnlyMemory<byte> Json => Event.Json;

    public override long? Cursor => Event.Id;
}

/// <summary>How many tasks stand where, after the changes before it.</summary>
public sealed class CountsFrame(TaskCounts counts) : ListFrame
{
    private byte[]? json;

    public TaskCounts Counts { get; } = counts;

    public override string Name => EventTypes.Counts;

    public override ReadOnlyMemory<byte> Json => json ??= EventJson.Counts(Counts);
}
