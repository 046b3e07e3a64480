using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>Decides what a tool call has to wait for before it is made: nothing, a person's approval, or the answer to the question that it is.</summary>
internal sealed class CallAdmission(ApprovalGate gate, RequestAnswering answering, ITaskLog log, IdSource ids)
{
    /// <param name="task">The task that makes the call.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="callId">The call.</param>
    /// <param name="title">What people read about it.</param>
    /// <param name="arguments">What it is to be called with.</param>
    /// <param name="json">The same as JSON.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    public async ValueTask<Admission> AdmitAsync(
        AgentTask task, AgentTool tool, string callId, string title, AIFunctionArguments arguments, JsonElement json, CancellationToken cancellationToken)
    {
        if (tool.Asks is { } asks)
        {
            try
            {
                var question = QuestionDraft.Of(asks(arguments), task, callId, ids.NewRequest());
                return new Admission(question with { ExpiresAt = await gate.QuestionExpiryAsync(task, cancellationToken) }, null);
            }
            catch (ToolException malformed)
            {
                return new Admission(null, malformed.Message);
            }
        }

        var rules = gate.Rules;
        var decision = await gate.DecideAsync(task, tool, arguments, cancellationToken);
        if (decision.RefusedBy is { } rule) return new Admission(null, $"Denied by a rule of {rule.By}: {rule.Tool} {rule.Pattern ?? "(every call)"}. Do without it.");
        return decision.NeedsApproval
            ? new Admission(
                new TaskRequest
                {
                    RequestId = ids.NewRequest(),
                    TaskId = task.Id,
                    RunId = task.RunId,
                    CallId = callId,
                    Kind = RequestKind.Approval,
                    Prompt = title,
                    Options = RequestAnswers.ForApproval,
                    Arguments = json,
                    Tool = tool.Name,
                    Risk = tool.Risk,
                    Subject = decision.Subject,
                    ExpiresAt = decision.ExpiresAt,
                    Default = decision.Default,
                },
                null)
            { Rules = rules }
            : Admission.Free;
    }

    /// <summary>
    /// Looks again once the request is on disk: whoever made a rule in between has answered the requests that were open, and this one was not yet.
    /// </summary>
    public async ValueTask ReconsiderAsync(AgentTask task, AgentTool tool, Admission admission, CancellationToken cancellationToken)
    {
        if (admission is not { Request: { } request, Rules: { } before } || ReferenceEquals(before, gate.Rules)) return;
        if (await gate.RuleAsync(task, tool, request.Subject, cancellationToken) is not { } rule) return;
        await answering.ResolveAsync(log, task.Id, request.RequestId, open => open with { Answer = rule.Allows ? RequestAnswers.Allow : RequestAnswers.Deny, By = rule.By });
    }
}

/// <summary>What a call has to wait for.</summary>
/// <param name="Request">The request that has to be answered first; null for none.</param>
/// <param name="Refusal">Why it is not to be made at all, for the model; null when it may be.</param>
internal sealed record Admission(TaskRequest? Request, string? Refusal)
{
    /// <summary>For an approval: the rules of which none decided.</summary>
    public IReadOnlyList<ApprovalRule>? Rules { get; init; }

    /// <summary>It may be made at once.</summary>
    public static Admission Free { get; } = new(null, null);
}
