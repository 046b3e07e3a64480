using Microsoft.Extensions.AI;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>
/// Decides for each tool call whether it may be made: a rule that refuses wins, then one that allows, then the policy of the task's agent and of
/// every agent above it. An agent cannot get around its own policy by starting another one with a laxer one. Safe for threads.
/// </summary>
internal sealed class ApprovalGate(IApprovalRules rules, IAgentStore agents, ITaskReader reader, TimeProvider time)
{
    /// <summary>Far more than tasks can be deep.</summary>
    private const int MostAncestors = 200;

    /// <summary>Decides on a call that has its arguments.</summary>
    public async ValueTask<GateDecision> DecideAsync(AgentTask task, AgentTool tool, AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var subject = SubjectOf(tool, arguments);
        if (Rule(task, tool.Name, tool.Subject?.Kind, subject) is { } rule) return rule.Allows ? GateDecision.Go : GateDecision.Refuse(rule);
        var asking = await AskingPolicyAsync(task, tool, cancellationToken);
        return asking is null ? GateDecision.Go : GateDecision.Ask(subject, ExpiryOf(asking), asking.OnExpiry);
    }

    /// <summary>The rule that decides on such a call, if one does.</summary>
    public ApprovalRule? Rule(AgentTask task, string tool, ToolSubjectKind? kind, string? subject)
    {
        ApprovalRule? allowing = null;
        foreach (var rule in rules.List())
        {
            if (rule.Tool != tool || !rule.IsFor(task.Id, task.AgentId) || !RulePattern.Matches(rule.Pattern, kind, subject)) continue;
            if (!rule.Allows) return rule;
            allowing ??= rule;
        }

        return allowing;
    }

    /// <summary>When a question of this task's agent is answered by its default, if ever.</summary>
    public async ValueTask<DateTimeOffset?> QuestionExpiryAsync(AgentTask task, CancellationToken cancellationToken) =>
        await agents.FindAsync(task.RunAgentId, cancellationToken) is { } agent ? ExpiryOf(agent.Approval) : null;

    private DateTimeOffset? ExpiryOf(ApprovalPolicy policy) => policy.ExpiresAfterS is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null;

    private async ValueTask<ApprovalPolicy?> AskingPolicyAsync(AgentTask task, AgentTool tool, CancellationToken cancellationToken)
    {
        var above = task;
        for (var depth = 0; above is not null && depth < MostAncestors; depth++)
        {
            // As it is now: a policy that somebody makes stricter holds for the next call.
            if (await agents.FindAsync(above.RunAgentId, cancellationToken) is { } agent && agent.Approval.Asks(tool.Name, tool.Risk)) return agent.Approval;
            above = above.ParentTaskId is { } parent ? await reader.FindAsync(parent, cancellationToken) : null;
        }

        return null;
    }

    private static string? SubjectOf(AgentTool tool, AIFunctionArguments arguments) =>
        tool.Subject is { } subject && arguments.TryGetValue(subject.Argument, out var value) ? value?.ToString() : null;
}

/// <summary>What is to become of a call.</summary>
/// <param name="NeedsApproval">True when a person has to allow it first.</param>
/// <param name="RefusedBy">The rule that refuses it.</param>
/// <param name="Subject">What rules look at.</param>
/// <param name="ExpiresAt">When it is answered by its default.</param>
/// <param name="Default">That answer.</param>
internal sealed record GateDecision(bool NeedsApproval, ApprovalRule? RefusedBy, string? Subject, DateTimeOffset? ExpiresAt, string? Default)
{
    public static GateDecision Go { get; } = new(false, null, null, null, null);

    public static GateDecision Refuse(ApprovalRule rule) => new(false, rule, null, null, null);

    public static GateDecision Ask(string? subject, DateTimeOffset? expiresAt, string answer) => new(true, null, subject, expiresAt, expiresAt is null ? null : answer);
}
