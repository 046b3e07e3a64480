using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Budgets;

/// <summary>
/// Keeps what is spent and set aside of every budget, in memory: what is spent as it is committed, in the order of the commits. Safe for threads.
/// </summary>
/// <remarks>
/// The worst that a call can cost is set aside of all its budgets at once, or of none: calls side by side cannot use the same money. It is given back
/// behind the commit that books what the call did cost, so that in between it counts twice rather than never. A crash forgets what was set aside,
/// and what calls cost that were not committed.
/// </remarks>
internal sealed class BudgetLedger(IBudgetedTasks tasks, TimeProvider time) : ICommitListener
{
    /// <summary>An answer that has less room than this is not asked for.</summary>
    public const int LeastOutput = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<(BudgetScope Scope, string Target), BudgetAccount> accounts = [];
    private TaskCompletionSource moved = NewSignal();
    private volatile bool isEmpty = true;

    /// <summary>A budget is nearly used, by this task. On the writer's thread: must be quick.</summary>
    public event Action<BudgetStanding, AgentTask>? NearlyUsed;

    /// <summary>There is none, and nothing to keep.</summary>
    public bool IsEmpty => isEmpty;

    /// <summary>Completes when there may be more to set aside than there was.</summary>
    public Task WhenMoved()
    {
        lock (gate) return moved.Task;
    }

    /// <summary>How all budgets stand.</summary>
    public IReadOnlyList<BudgetStanding> List()
    {
        lock (gate)
        {
            TurnAll();
            return [.. accounts.Values.Select(account => account.Standing)];
        }
    }

    /// <summary>Keeps a budget from now on, or keeps it changed. On the writer's thread, so that what is spent is exact.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="spent">What it has been charged by what is committed; not asked for one that is kept already.</param>
    public void Keep(Budget budget, Func<decimal> spent)
    {
        lock (gate)
        {
            var key = (budget.Scope, budget.Target);
            if (accounts.TryGetValue(key, out var account)) account.Change(budget);
            else accounts.Add(key, new BudgetAccount(budget, Today, spent()));
            isEmpty = false;
            Move();
        }
    }

    public void Forget(Budget budget)
    {
        lock (gate)
        {
            accounts.Remove((budget.Scope, budget.Target));
            isEmpty = accounts.Count == 0;
            Move();
        }
    }

    /// <summary>Sets aside what a call may cost at worst.</summary>
    /// <param name="task">Whose call it is.</param>
    /// <param name="price">What the model costs; null where nobody knows.</param>
    /// <param name="input">The most tokens that it can be sent.</param>
    /// <param name="wanted">The most tokens that it is to answer, where there is money for them.</param>
    /// <returns>The hold, null where no budget is for the task; or which budget has too little left.</returns>
    public (BudgetHold? Hold, BudgetStanding? Short) TryHold(AgentTask task, ModelPrice? price, long input, int wanted)
    {
        if (isEmpty) return default;
        lock (gate)
        {
            TurnAll();
            var own = AccountsOf(task);
            if (own.Count == 0) return default;
            if (price is null) return (null, own[0].Standing);
            var sent = price.Estimate(input, 0, 0);
            var worst = sent + price.Estimate(0, 0, wanted);
            var least = own.MinBy(account => account.Left)!;
            if (least.Left >= worst) return (Hold(own, worst, wanted), null);

            // What others have set aside comes back for the most part: it is better to wait for it than to be cut short.
            if (least.Reserved > 0 || least.Left < sent) return (null, least.Standing);
            var room = price.Output == 0 ? wanted : (int)Math.Min(wanted, Math.Floor((least.Left - sent) * 1_000_000 / price.Output));
            return room >= LeastOutput ? (Hold(own, sent + price.Estimate(0, 0, room), room), null) : (null, least.Standing);
        }
    }

    public void Release(BudgetHold hold)
    {
        lock (gate)
        {
            foreach (var account in hold.Accounts) account.Release(hold.Amount);
            Move();
        }
    }

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        if (isEmpty) return;
        if (after is null)
        {
            if (before is not null) ForgetTask(before.Id);
            return;
        }

        // What an imported task cost was spent elsewhere.
        if (after.ImportedFrom is not null || (after.Usage.Cost ?? 0) - (before?.Usage.Cost ?? 0) is not (> 0 and var cost)) return;
        List<BudgetStanding>? warnings = null;
        lock (gate)
        {
            TurnAll();
            foreach (var account in AccountsOf(after))
            {
                if (account.Spend(cost)) (warnings ??= []).Add(account.Standing);
            }
        }

        foreach (var standing in warnings ?? []) NearlyUsed?.Invoke(standing, after);
    }

    /// <summary>Its budgets went with it.</summary>
    private void ForgetTask(string taskId)
    {
        lock (gate)
        {
            if (!(accounts.Remove((BudgetScope.Task, taskId)) | accounts.Remove((BudgetScope.Tree, taskId)))) return;
            isEmpty = accounts.Count == 0;
            Move();
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private BudgetHold Hold(IReadOnlyList<BudgetAccount> own, decimal amount, int output)
    {
        foreach (var account in own) account.Reserve(amount);
        return new BudgetHold(this, own, amount, output);
    }

    private List<BudgetAccount> AccountsOf(AgentTask task)
    {
        var found = new List<BudgetAccount>();
        Add(BudgetScope.Task, task.Id);
        Add(BudgetScope.Agent, task.AgentId);
        if (task.PersonId is { } person) Add(BudgetScope.Person, person);
        Add(BudgetScope.Server, "");
        Add(BudgetScope.Tree, task.Id);
        foreach (var above in tasks.Above(task)) Add(BudgetScope.Tree, above);
        return found;

        void Add(BudgetScope scope, string target)
        {
            if (accounts.TryGetValue((scope, target), out var account)) found.Add(account);
        }
    }

    private void TurnAll()
    {
        var today = Today;
        foreach (var account in accounts.Values) account.Turn(today);
    }

    private void Move()
    {
        var told = moved;
        moved = NewSignal();
        told.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What the ledger has to know of tasks.</summary>
internal interface IBudgetedTasks
{
    /// <summary>The ids of the tasks above a task, the nearest first.</summary>
    IEnumerable<string> Above(AgentTask task);
}
