using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>How much may be spent.</summary>
internal static class BudgetEndpoints
{
    public static void MapBudgets(this RouteGroupBuilder api)
    {
        var budgets = api.MapGroup("/budgets").WithTags("Usage").ChangesRefuseCommands();
        budgets.MapGet("", List).WithName("listBudgets")
            .WithSummary("The budgets that the caller comes under, each with what is spent and what is set aside for calls that are under way.");
        budgets.MapPut("", SetAsync).WithName("setBudget")
            .WithSummary("Sets, raises or lowers the budget of a task, a tree of tasks, an agent, a person or the server. What waits for it looks again at once.")
            .Refuses(400, 403, 404, 413, 415);
        budgets.MapDelete("/{id}", RemoveAsync).WithName("removeBudget")
            .WithSummary("Takes a budget away.")
            .Refuses(403, 404);
    }

    private static Ok<Page<BudgetAnswer>> List(IBudgets budgets) => TypedResults.Ok(new Page<BudgetAnswer>([.. budgets.List().Select(BudgetAnswer.Of)]));

    private static async Task<Ok<BudgetAnswer>> SetAsync(BudgetBody body, IBudgets budgets, CancellationToken cancellationToken)
    {
        var errors = new Problems.FieldErrors();
        var scope = body.Scope is null ? Missing("scope") : EnumText.Read<BudgetScope>("scope", body.Scope, errors);
        if (body.Usd is null) errors.Add("usd", "usd is missing: US dollars, above 0.");
        errors.Refuse();
        var budget = await budgets.SetAsync(scope!.Value, body.Target ?? "", body.Usd!.Value, cancellationToken);
        return TypedResults.Ok(BudgetAnswer.Of(budgets.Find(budget.Id) ?? new BudgetStanding(budget, 0, 0)));

        BudgetScope? Missing(string field)
        {
            errors.Add(field, $"{field} is missing: task, tree, agent, person or server.");
            return null;
        }
    }

    private static async Task<NoContent> RemoveAsync(string id, IBudgets budgets, CancellationToken cancellationToken) =>
        await budgets.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : throw RefusedException.NotFound("budget", id);
}

/// <summary>A budget and how it stands.</summary>
internal sealed record BudgetAnswer(string Id, BudgetScope Scope, string? Target, decimal Usd, bool Daily, decimal Spent, decimal Reserved, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static BudgetAnswer Of(BudgetStanding standing) => new(
        standing.Budget.Id, standing.Budget.Scope, standing.Budget.Target.Length == 0 ? null : standing.Budget.Target, standing.Budget.Usd, standing.Budget.IsDaily,
        standing.Spent, standing.Reserved, standing.Budget.CreatedAt, standing.Budget.UpdatedAt);
}

/// <summary>What a budget takes.</summary>
internal sealed record BudgetBody
{
    [Description("Required. task or tree (a task and everything below it), in all; agent, person or server, each day (UTC).")]
    public string? Scope { get; init; }

    [Description("The id of the task, agent or person; absent for the server.")]
    public string? Target { get; init; }

    [Description("Required. US dollars, as the price list estimates them: above 0, up to 1,000,000.")]
    public decimal? Usd { get; init; }
}
