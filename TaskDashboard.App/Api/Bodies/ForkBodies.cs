using System.ComponentModel;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Forks;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/tasks/{id}/reruns takes.</summary>
internal sealed record RerunBody
{
    [Description("provider/model. Default: the task's, or with another agent that agent's.")]
    public string? Model { get; init; }

    [Description("Another agent. Default: the task's.")]
    public string? AgentId { get; init; }

    public RerunTask ToCommand(string taskId, string? idempotencyKey) => new() { TaskId = taskId, Model = Model, AgentId = AgentId, IdempotencyKey = idempotencyKey };
}

/// <summary>What POST /api/tasks/{id}/forks takes.</summary>
internal sealed record ForkBody
{
    [Description("Required. A message of a person, which text takes the place of; or one of the agent, behind which text is said.")]
    public string? MessageId { get; init; }

    [Description("Required. What is said there; up to 1 MiB.")]
    public string? Text { get; init; }

    [Description("provider/model. Default: the task's, or with another agent that agent's.")]
    public string? Model { get; init; }

    [Description("Another agent. Default: the task's.")]
    public string? AgentId { get; init; }

    /// <exception cref="RefusedException">Something is missing.</exception>
    public ForkTask ToCommand(string taskId, string? idempotencyKey)
    {
        var errors = new FieldErrors();
        if (MessageId is null) errors.Add("message_id", "message_id is missing: say from which message it goes on.");
        if (Text is null) errors.Add("text", "text is missing: say what is to be said there.");
        errors.Refuse();
        return new ForkTask { TaskId = taskId, MessageId = MessageId!, Text = Text!, Model = Model, AgentId = AgentId, IdempotencyKey = idempotencyKey };
    }
}
