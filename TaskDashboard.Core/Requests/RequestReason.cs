using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Requests;

/// <summary>What a task's row says while it waits for people, and once it goes on.</summary>
internal static class RequestReason
{
    /// <summary>It waits for the answers to these; at least one.</summary>
    public static TaskTransition Waiting(IReadOnlyList<TaskRequest> open)
    {
        var approvals = open.Count(request => request.Kind == RequestKind.Approval);
        var reason = approvals > 0 ? ReasonCodes.Approval : ReasonCodes.Question;
        var text = open.Count == 1
            ? open[0].Kind == RequestKind.Approval ? $"It needs your approval: {open[0].Prompt}" : $"It asks: {open[0].Prompt}"
            : $"It waits for {open.Count} answers: {string.Join(" · ", open.Take(3).Select(request => request.Prompt))}{(open.Count > 3 ? " · …" : "")}";
        return new TaskTransition(AgentTaskStatus.Waiting, reason, text);
    }

    /// <summary>Where a task goes with an answer: on, when somebody is there to go on; otherwise it waits for what is still open.</summary>
    public static TaskTransition After(TaskRequest answered, IReadOnlyList<TaskRequest> stillOpen) =>
        answered is { Kind: RequestKind.Approval, Answer: RequestAnswers.Allow }
            ? new TaskTransition(AgentTaskStatus.Running, ReasonCodes.Tool, $"Allowed: {answered.Prompt}")
            : stillOpen.Count > 0 ? Waiting(stillOpen) : RunChanges.Answering;

    public static bool IsWaiting(AgentTask task) =>
        task.Status == AgentTaskStatus.Waiting && task.Reason is ReasonCodes.Approval or ReasonCodes.Question;

    /// <summary>The request as it is when nobody can answer it any more.</summary>
    public static TaskRequest Close(TaskRequest open, string why) => open with { Note = why };
}
