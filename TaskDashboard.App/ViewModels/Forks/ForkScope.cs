using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Forks;

/// <summary>What everything on a chat's page needs to know to make something out of its task.</summary>
/// <param name="taskId">The task that the page shows.</param>
/// <param name="isAllowed">Whether whoever looks may make tasks.</param>
public sealed class ForkScope(string taskId, bool isAllowed)
{
    public string TaskId { get; } = taskId;

    public bool IsAllowed { get; } = isAllowed;

    /// <summary>The task, once it is known.</summary>
    public AgentTask? Task { get; set; }
}
