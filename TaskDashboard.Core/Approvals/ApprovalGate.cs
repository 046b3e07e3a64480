using Microsoft.Extensions.AI;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>
/// Decides for each tool call whether it may be made: a rule that refuses the task or one above it wins, then one that allows the task, then the policy
/// of the task's agent and of every agent above it. An agent cannot get around what holds for itself by starting another one that is freer. Safe for threads.
/// </summary>
internal sealed class ApprovalGate(IRulesInForce rules, AgentStore agents, TaskReader reader, TimeProvider time)
{
    /// <summary>Far more than tasks can be deep.</summary>
    private const int MostAncestors = 200;

    private static readonly ApprovalPolicy Gone = new() { Mode = ApprovalMode.AskAlways };

    /// <summary>The rules as they are now; another list as soon as one of them changes.</summary>
    public IReadOnlyList<ApprovalRule> Rules => rules.List();

    /// <summary>Decides on a call that has its arguments.</summary>
    public async ValueTask<GateDecision> DecideAsync(AgentTask task, AgentTool tool, AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var subject = tool.Subject?.Of(arguments);
        var line = await LineOfAsync(task, cancellationToken);
        if (Rule(line, tool.Name, tool.Subject?.Kind, subject) is { } rule) return rule.Allows ? GateDecision.Go : GateDecision.Refuse(rule);
        var asking = await AskingPolicyAsync(line, tool, cancellationToken);
        return asking is null ? GateDecision.Go : GateDecision.Ask(subject, ExpiryOf(asking), asking.OnExpiry);
    }

    /// <summary>The rule that decides on a call about this, if one does by now.</summary>
    public async ValueTask<ApprovalRule?> RuleAsync(AgentTask task, AgentTool tool, string? subject, CancellationToken cancellationToken) =>
        Rule(await LineOfAsync(task, cancellationToken), tool.Name, tool.Subject?.Kind, subject);

    /// <summary>Does a rule mean a task's call about this?</summary>
    /// <remarks>A path is looked at as it is written and as where it leads: what allows has to mean both, what refuses either.</remarks>
    public static bool Means(ApprovalRule rule, AgentTask task, ToolSubjectKind? kind, string? subject)
    {
        var asWritten = RulePattern.Means(rule, kind, subject);
        if (asWritten != rule.Allows || rule.Pattern is null || kind != ToolSubjectKind.Path || subject is null) return asWritten;
        return SubjectPath.Find(task, subject) is { } place ? RulePattern.Means(rule, kind, place) : asWritten;
    }

    /// <summary>The rule that decides on such a call, if one does.</summary>
    /// <param name="line">The task, and those above it.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="kind">What its calls are about.</param>
    /// <param name="subject">What this one is about.</param>
    private ApprovalRule? Rule(IReadOnlyList<AgentTask> line, string tool, ToolSubjectKind? kind, string? subject)
    {
        ApprovalRule? allowing = null;
        foreach (var rule in rules.List())
        {
            if (rule.Tool != tool || !(rule.Allows ? line.Take(1) : line).Any(task => rule.IsFor(task.Id, task.RunAgentId, task.PersonId)) || !Means(rule, line[0], kind, subject)) continue;
            if (!rule.Allows) return rule;
            allowing ??= rule;
        }

        return allowing;
    }

    /// <summary>When a question of this task's agent is answered by its default, if ever.</summary>
    public async ValueTask<DateTimeOffset?> QuestionExpiryAsync(AgentTask task, CancellationToken cancellationToken) =>
        await agents.FindAsync(task.RunAgentId, cancellationToken) is { } agent ? ExpiryOf(agent.Approval) : null;

    private DateTimeOffset? ExpiryOf(ApprovalPolicy policy) => policy.ExpiresAfterS is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null;

    /// <summary>The task, and those above it, the nearest first.</summary>
    private async ValueTask<IReadOnlyList<AgentTask>> LineOfAsync(AgentTask task, CancellationToken cancellationToken)
    {
        if (task.ParentTaskId is null) return [task];
        var line = new List<AgentTask> { task };
        while (line.Count < MostAncestors && line[^1].ParentTaskId is { } parent && await reader.FindAsync(parent, cancellationToken) is { } above) line.Add(above);
        return line;
    }

    /// <summary>The policy by which a person is asked, if one asks: of several the one that is the last to let the call go by itself.</summary>
    private async ValueTask<ApprovalPolicy?> AskingPolicyAsync(IReadOnlyList<AgentTask> line, AgentTool tool, CancellationToken cancellationToken)
    {
        ApprovalPolicy? strictest = null;
        foreach (var task in line)
        {
            // As it is now: a policy that somebody makes stricter holds for the next call. Of an agent that was removed nobody knows any more what it was to ask.
            var policy = await agents.FindAsync(task.RunAgentId, cancellationToken) is { } agent ? agent.Approval : Gone;
            if (policy.Asks(tool.Name, tool.Risk) && (strictest is null || LetsGoAfter(policy) > LetsGoAfter(strictest))) strictest = policy;
        }

        return strictest;
    }

    private static long LetsGoAfter(ApprovalPolicy policy) => policy is { ExpiresAfterS: { } seconds, OnExpiry: RequestAnswers.Allow } ? seconds : long.MaxValue;
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
