using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels;

/// <summary>Something about a task that a person may want to be told wherever they are.</summary>
/// <param name="Kind">What.</param>
/// <param name="EventId">The event that says so: no two alerts have the same.</param>
public readonly record struct TaskAlert(TaskAlertKind Kind, long EventId)
{
    /// <summary>The alert in an event; null for the many that are none.</summary>
    public static TaskAlert? Of(TaskEvent told) => told.Data switch
    {
        StatusData { Status: AgentTaskStatus.Completed } => new TaskAlert(TaskAlertKind.Completed, told.Id),
        StatusData { Status: AgentTaskStatus.Failed } => new TaskAlert(TaskAlertKind.Failed, told.Id),
        RequestData => new TaskAlert(TaskAlertKind.NeedsYou, told.Id),
        _ => null,
    };
}

/// <summary>What a person is told.</summary>
public enum TaskAlertKind
{
    /// <summary>It is done.</summary>
    Completed,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It waits for a person.</summary>
    NeedsYou,
}
