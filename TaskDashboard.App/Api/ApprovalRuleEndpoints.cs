using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What people decided once for all tool calls of a kind.</summary>
internal static class ApprovalRuleEndpoints
{
    public static void MapApprovalRules(this RouteGroupBuilder api)
    {
        var rules = api.MapGroup("/approval-rules").WithTags("Requests").ChangesRefuseCommands();
        rules.MapGet("", List).WithName("listApprovalRules")
            .WithSummary("All rules, the newest first.");
        rules.MapPost("", AddAsync).WithName("addApprovalRule")
            .WithSummary("Keeps a rule, and answers the open approvals that it is about.")
            .Refuses(400, 413, 415);
        rules.MapDelete("/{id}", RemoveAsync).WithName("revokeApprovalRule")
            .WithSummary("Revokes a rule: calls from now on are decided without it.")
            .Refuses(404);
    }

    private static Ok<Page<ApprovalRule>> List(IApprovalRules rules) => TypedResults.Ok(new Page<ApprovalRule>(rules.List()));

    private static async Task<Created<RuleAnswer>> AddAsync(RuleBody body, IRequestService requests, CancellationToken cancellationToken)
    {
        var (rule, answered) = await requests.AddRuleAsync(body.ToRule(), cancellationToken);
        return TypedResults.Created($"/api/approval-rules/{rule.RuleId}", new RuleAnswer(rule, answered));
    }

    private static async Task<NoContent> RemoveAsync(string id, IApprovalRules rules, CancellationToken cancellationToken) =>
        await rules.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : throw RefusedException.NotFound("rule", id);
}
