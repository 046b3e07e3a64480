using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Budgets;

/// <summary>The budgets. Each change is on disk, and heeded by calls from then on, when it completes. Safe for threads.</summary>
public interface IBudgets
{
    /// <summary>A budget was set, changed or removed, or is nearly used. On the writer's thread: must be quick.</summary>
    event Action? Changed;

    /// <summary>How all of them stand, by scope and target.</summary>
    IReadOnlyList<BudgetStanding> List();

    /// <summary>One of them; null where there is none.</summary>
    BudgetStanding? Find(string budgetId);

    /// <summary>Sets the budget of something: makes it, raises it or lowers it. Calls that waited for more look again at once.</summary>
    /// <param name="scope">What kind of thing it is for.</param>
    /// <param name="target">Its id; empty for the server.</param>
    /// <param name="usd">US dollars: above 0, up to 1,000,000.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="RefusedException"><c>validation</c>; <c>not_found</c> where there is no such task, agent or person.</exception>
    Task<Budget> SetAsync(BudgetScope scope, string target, decimal usd, CancellationToken cancellationToken = default);

    /// <summary>Takes a budget away; false where there is none.</summary>
    Task<bool> RemoveAsync(string budgetId, CancellationToken cancellationToken = default);
}
