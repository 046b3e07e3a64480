using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Usage;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Budgets as a test says that they stand.</summary>
internal sealed class StandingBudgets : IBudgets
{
    public event Action? Changed;

    public List<BudgetStanding> Standings { get; } = [];

    public RefusedException? Refusal { get; set; }

    /// <summary>Called by whoever asks how the budgets stand.</summary>
    public Action? Asked { get; set; }

    public IReadOnlyList<BudgetStanding> List()
    {
        Asked?.Invoke();
        return [.. Standings];
    }

    public BudgetStanding? Find(string budgetId) => Standings.Find(standing => standing.Budget.Id == budgetId);

    public Task<Budget> SetAsync(BudgetScope scope, string target, decimal usd, CancellationToken cancellationToken = default)
    {
        if (Refusal is { } refusal) throw refusal;
        var known = Standings.Find(standing => standing.Budget.Scope == scope && standing.Budget.Target == target);
        return Task.FromResult(Put(scope, target, usd, known?.Spent ?? 0));
    }

    public Task<bool> RemoveAsync(string budgetId, CancellationToken cancellationToken = default)
    {
        var removed = Standings.RemoveAll(standing => standing.Budget.Id == budgetId) > 0;
        Changed?.Invoke();
        return Task.FromResult(removed);
    }

    public Budget Put(BudgetScope scope, string target, decimal usd, decimal spent)
    {
        var budget = new Budget { Id = $"budget_{scope}_{target}", Scope = scope, Target = target, Usd = usd };
        Standings.RemoveAll(standing => standing.Budget.Id == budget.Id);
        Standings.Add(new BudgetStanding(budget, spent, 0));
        Changed?.Invoke();
        return budget;
    }
}

/// <summary>Usage as a test says that it was.</summary>
internal sealed class StandingUsage : IUsageReader
{
    public List<UsageLine> Lines { get; } = [];

    public UsageQuery? Asked { get; private set; }

    public Task<IReadOnlyList<UsageLine>> ListAsync(UsageQuery query, CancellationToken cancellationToken = default)
    {
        Asked = query;
        return Task.FromResult<IReadOnlyList<UsageLine>>([.. Lines]);
    }
}
