using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>The status filter's choices, in the order in which they are shown.</summary>
public enum TaskSegment
{
    All,
    NeedsYou,
    Running,
    Pending,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>What a segment means.</summary>
public static class TaskSegments
{
    public static IReadOnlyList<TaskSegment> All { get; } = Enum.GetValues<TaskSegment>();

    public static string ToWire(this TaskSegment segment) => segment switch
    {
        TaskSegment.All => "all",
        TaskSegment.NeedsYou => "needs_you",
        _ => segment.ToStatus()!.Value.ToWire(),
    };

    public static TaskSegment FromWire(string? wire) => All.FirstOrDefault(segment => segment.ToWire() == wire);

    /// <summary>The status asked of the store; null for all. What needs a person is among the waiting ones.</summary>
    public static AgentTaskStatus? ToStatus(this TaskSegment segment) => segment switch
    {
        TaskSegment.NeedsYou => AgentTaskStatus.Waiting,
        TaskSegment.Running => AgentTaskStatus.Running,
        TaskSegment.Pending => AgentTaskStatus.Pending,
        TaskSegment.Completed => AgentTaskStatus.Completed,
        TaskSegment.Failed => AgentTaskStatus.Failed,
        TaskSegment.Cancelled => AgentTaskStatus.Cancelled,
        _ => null,
    };

    /// <summary>
    /// Whether a task that is in this segment now has come into it, by the status that it had before; null where its status is no other. What waits may
    /// begin to need somebody without another status.
    /// </summary>
    public static bool IsEnteredFrom(this TaskSegment segment, AgentTaskStatus? previous) => previous is { } before && segment switch
    {
        TaskSegment.All => false,
        TaskSegment.NeedsYou => true,
        _ => segment.ToStatus() != before,
    };

    public static long CountIn(this TaskSegment segment, TaskCounts counts) => segment switch
    {
        TaskSegment.All => counts.Total,
        TaskSegment.NeedsYou => counts.NeedsYou,
        _ => counts.ByStatus[segment.ToStatus()!.Value],
    };
}
