using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Builders;

/// <summary>Tasks for tests, each with only what a test cares about said.</summary>
internal static class ATask
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static AgentTask With(
        string id = "task_000001",
        AgentTaskStatus status = AgentTaskStatus.Running,
        string? reason = null,
        string? text = null,
        string title = "A task",
        string agentId = "agent_a",
        string model = "builtin/assistant",
        long version = 1,
        long lastSeq = 0,
        string? parent = null) => new()
        {
            Id = id,
            Title = title,
            Status = status,
            Reason = reason,
            ReasonText = text,
            AgentId = agentId,
            AgentName = "Assistant",
            Model = model,
            ChatId = "chat_1",
            UserId = "user_local",
            SessionId = "session_1",
            WorkDir = "/work",
            ParentTaskId = parent,
            CreatedAt = Noon,
            StartedAt = status == AgentTaskStatus.Pending ? null : Noon,
            EndedAt = status.IsTerminal() ? Noon.AddSeconds(12) : null,
            Version = version,
            LastSeq = lastSeq,
        };

    public static AgentTask ThatAsks(string id) =>
        With(id, AgentTaskStatus.Waiting, ReasonCodes.Question, "It asks you something.") with
        {
            OpenRequests = [new TaskRequest { RequestId = "request_1", TaskId = id, Prompt = "Which one?" }],
        };
}
