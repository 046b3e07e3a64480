namespace TaskDashboard.Core.Budgets;

/// <summary>The books of one budget. Not safe for threads: the ledger's lock is held.</summary>
internal sealed class BudgetAccount(Budget budget, DateOnly day, decimal spent)
{
    private bool warned = spent >= budget.Usd * BudgetStanding.WarnAt;

    public Budget Budget { get; private set; } = budget;

    public decimal Spent { get; private set; } = spent;

    public decimal Reserved { get; private set; }

    public decimal Left => Budget.Usd - Spent - Reserved;

    public BudgetStanding Standing => new(Budget, Spent, Reserved);

    /// <summary>A daily budget is whole again; what is under way stays reserved.</summary>
    public void Turn(DateOnly today)
    {
        if (!Budget.IsDaily || today <= day) return;
        (day, Spent, warned) = (today, 0, false);
    }

    public void Change(Budget changed)
    {
        Budget = changed;
        warned = Spent >= changed.Usd * BudgetStanding.WarnAt;
    }

    public void Reserve(decimal amount) => Reserved += amount;

    public void Release(decimal amount) => Reserved -= amount;

    /// <returns>True where it is nearly used by that, and was not before.</returns>
    public bool Spend(decimal amount)
    {
        Spent += amount;
        if (warned || Spent < Budget.Usd * BudgetStanding.WarnAt) return false;
        return warned = true;
    }
}
