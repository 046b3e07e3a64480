using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Budgets;

/// <summary>Sets budgets, in the store and in the ledger.</summary>
internal sealed class BudgetService : IBudgets, IDisposable
{
    private readonly SemaphoreSlim changing = new(1);
    private readonly BudgetLedger ledger;
    private readonly BudgetStore budgets;
    private readonly Store store;
    private readonly IdSource ids;
    private readonly TimeProvider time;

    public BudgetService(BudgetLedger ledger, BudgetStore budgets, Store store, IdSource ids, TimeProvider time)
    {
        (this.ledger, this.budgets, this.store, this.ids, this.time) = (ledger, budgets, store, ids, time);
        ledger.NearlyUsed += Tell;
    }

    public event Action? Changed;

    /// <summary>Takes in what is stored, before the first run: nothing is committed in between.</summary>
    public void Load()
    {
        foreach (var budget in budgets.List()) ledger.Keep(budget, () => budgets.SpentOf(budget));
    }

    public IReadOnlyList<BudgetStanding> List() => [.. ledger.List().OrderBy(standing => standing.Budget.Scope).ThenBy(standing => standing.Budget.Target, StringComparer.Ordinal)];

    public BudgetStanding? Find(string budgetId) => ledger.List().FirstOrDefault(standing => standing.Budget.Id == budgetId);

    public async Task<Budget> SetAsync(BudgetScope scope, string target, decimal usd, CancellationToken cancellationToken = default)
    {
        if (usd is <= 0 or > 1_000_000) throw RefusedException.Validation("usd", "usd has to be above 0, and at most 1,000,000.");
        await RequireTargetAsync(scope, target, cancellationToken);
        await changing.WaitAsync(cancellationToken);
        try
        {
            var now = StoreTime.Truncate(time.GetUtcNow());
            var present = ledger.List().FirstOrDefault(standing => standing.Budget.Scope == scope && standing.Budget.Target == target)?.Budget;
            var budget = present is null
                ? new Budget { Id = ids.NewBudget(), Scope = scope, Target = target, Usd = Math.Round(usd, 8), CreatedAt = now, UpdatedAt = now }
                : present with { Usd = Math.Round(usd, 8), UpdatedAt = now };
            await budgets.SaveAsync(budget, () => ledger.Keep(budget, () => budgets.SpentOf(budget)));
            Changed?.Invoke();
            return budget;
        }
        finally
        {
            changing.Release();
        }
    }

    public async Task<bool> RemoveAsync(string budgetId, CancellationToken cancellationToken = default)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (Find(budgetId) is not { Budget: var budget }) return false;
            await budgets.RemoveAsync(budgetId, () => ledger.Forget(budget));
            Changed?.Invoke();
            return true;
        }
        finally
        {
            changing.Release();
        }
    }

    public void Dispose()
    {
        ledger.NearlyUsed -= Tell;
        changing.Dispose();
    }

    private void Tell(BudgetStanding standing, AgentTask task) => Changed?.Invoke();

    private async Task RequireTargetAsync(BudgetScope scope, string target, CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var (isThere, noun) = scope switch
        {
            BudgetScope.Task or BudgetScope.Tree => (await context.Tasks.AnyAsync(row => row.Id == target, cancellationToken), "task"),
            BudgetScope.Agent => (await context.Agents.AnyAsync(row => row.Id == target, cancellationToken), "agent"),
            BudgetScope.Person => (target == KnownUsers.Local || await context.People.AnyAsync(row => row.Id == target, cancellationToken), "person"),
            BudgetScope.Server => (target.Length == 0, "server"),
            _ => throw RefusedException.Validation("scope", "scope has to be task, tree, agent, person or server."),
        };
        if (!isThere) throw RefusedException.NotFound(noun, target);
    }
}
