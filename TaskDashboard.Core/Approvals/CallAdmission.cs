using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>Decides what a tool call has to wait for before it is made: nothing, a person's approval, or the answer to the question that it is.</summary>
internal sealed class CallAdmission(ApprovalGate gate, IdSource ids)
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
            : Admission.Free;
    }
}

/// <summary>What a call has to wait for.</summary>
/// <param name="Request">The request that has to be answered first; null for none.</param>
/// <param name="Refusal">Why it is not to be made at all, for the model; null when it may be.</param>
internal sealed record Admission(TaskRequest? Request, string? Refusal)
{
    /// <summary>It may be made at once.</summary>
    public static Admission Free { get; } = new(null, null);
}
