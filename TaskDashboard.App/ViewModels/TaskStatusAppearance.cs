using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels;

/// <summary>How a status looks, everywhere: icon, word and colour are decided here and nowhere else.</summary>
/// <param name="Icon">Name of the icon.</param>
/// <param name="LabelKey">Key of the word.</param>
/// <param name="Tone">Colour class: <c>running</c>, <c>pending</c>, <c>waiting</c>, <c>completed</c>, <c>failed</c>, <c>cancelled</c>.</param>
/// <param name="Detail">Why, in one sentence; shown on hover.</param>
public sealed record TaskStatusAppearance(string Icon, string LabelKey, string Tone, string? Detail)
{
    public static TaskStatusAppearance For(AgentTask task) => task.Status switch
    {
        AgentTaskStatus.Pending => new("clock", "Status.Pending", "pending", task.ReasonText),
        AgentTaskStatus.Running when task.Reason == ReasonCodes.Stopping => new("spinner", "Status.Stopping", "pending", task.ReasonText),
        AgentTaskStatus.Running => new("spinner", "Status.Running", "running", task.ReasonText),
        AgentTaskStatus.Waiting when NeedsYou(task) => new("hand", "Status.NeedsYou", "waiting", task.ReasonText),
        AgentTaskStatus.Waiting when task.Reason == ReasonCodes.Paused => new("pause", "Status.Paused", "waiting", task.ReasonText),
        AgentTaskStatus.Waiting => new("hourglass", "Status.Waiting", "waiting", task.ReasonText),
        AgentTaskStatus.Completed => new("check", "Status.Completed", "completed", null),
        AgentTaskStatus.Failed => new("cross", "Status.Failed", "failed", task.ReasonText),
        AgentTaskStatus.Cancelled => new("ban", "Status.Cancelled", "cancelled", task.ReasonText),
        _ => throw new ArgumentOutOfRangeException(nameof(task), task.Status, "There is no such status."),
    };

    /// <summary>It waits on a person.</summary>
    public static bool NeedsYou(AgentTask task) =>
        task.Status == AgentTaskStatus.Waiting && task.Reason is ReasonCodes.Approval or ReasonCodes.Question;

    /// <summary>There is something to stop, and nobody has stopped it yet.</summary>
    public static bool CanStop(AgentTask task) => !task.Status.IsTerminal() && task.Reason != ReasonCodes.Stopping;

    /// <summary>It is at work, and can wait behind its present step.</summary>
    public static bool CanPause(AgentTask task) => task.Status == AgentTaskStatus.Running && task.Reason != ReasonCodes.Stopping;

    /// <summary>A person has let it wait.</summary>
    public static bool CanResume(AgentTask task) => task is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Paused };

    public static bool CanRetry(AgentTask task) => task.Status is AgentTaskStatus.Failed or AgentTaskStatus.Cancelled;

    /// <summary>It may stand in the queue for a slot, where its place moves without an event of its own.</summary>
    public static bool MayQueue(AgentTask task) =>
        task is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot } or { Status: AgentTaskStatus.Waiting };

    /// <summary>It waits for its next attempt, and need not.</summary>
    public static bool CanRunNow(AgentTask task) => task is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Retry };
}
