using System.ComponentModel;
using TaskDashboard.App.Api.Problems;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;

namespace TaskDashboard.App.Api.Bodies;

/// <summary>What POST /api/approval-rules takes.</summary>
internal sealed record RuleBody
{
    [Description("Required. The tool that the rule is about.")]
    public string? Tool { get; init; }

    [Description("Which calls of the tool, with * as a wildcard: a path, a command or an address. Default: every call.")]
    public string? Pattern { get; init; }

    [Description("allow (default) or deny.")]
    public string? Answer { get; init; }

    [Description("Required. task, agent or always.")]
    public string? Scope { get; init; }

    [Description("For the scope task.")]
    public string? TaskId { get; init; }

    [Description("For the scope agent.")]
    public string? AgentId { get; init; }

    public ApprovalRule ToRule()
    {
        var errors = new FieldErrors();
        if (string.IsNullOrWhiteSpace(Tool)) errors.Add("tool", "tool is missing: say which tool the rule is about.");
        if (Answer is not (null or RequestAnswers.Allow or RequestAnswers.Deny)) errors.Add("answer", "answer has to be allow or deny.");
        if (Scope is null) errors.Add("scope", "scope is missing: task, agent or always.");
        var scope = Scope is null ? null : EnumText.Read<ApprovalScope>("scope", Scope, errors);
        if (TaskId is not null && scope is not (null or ApprovalScope.Task)) errors.Add("task_id", "task_id is for the scope task: this rule would be about other tasks too.");
        if (AgentId is not null && scope is not (null or ApprovalScope.Agent)) errors.Add("agent_id", "agent_id is for the scope agent: this rule would be about other agents too.");
        errors.Refuse();
        return new ApprovalRule
        {
            RuleId = "",
            Tool = Tool!.Trim(),
            Pattern = Pattern,
            Allows = Answer != RequestAnswers.Deny,
            Scope = scope!.Value,
            TaskId = TaskId,
            AgentId = AgentId,
        };
    }
}

/// <summary>A rule that was kept.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Answered">How many open requests it answered.</param>
internal sealed record RuleAnswer(ApprovalRule Rule, int Answered);
