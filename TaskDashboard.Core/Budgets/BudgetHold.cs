namespace TaskDashboard.Core.Budgets;

/// <summary>What is set aside for one model call. Given back when what the call did cost is committed, or the call has come to nothing.</summary>
internal sealed class BudgetHold(BudgetLedger ledger, IReadOnlyList<BudgetAccount> accounts, decimal amount, int maxOutput) : IDisposable
{
    private int released;

    public IReadOnlyList<BudgetAccount> Accounts => accounts;

    public decimal Amount => amount;

    /// <summary>So many tokens the answer may have: what it costs is within the amount.</summary>
    public int MaxOutput => maxOutput;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref released, 1) == 0) ledger.Release(this);
    }
}
