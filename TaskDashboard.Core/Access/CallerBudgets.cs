using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>
/// The budgets that a caller comes under: those of the server and of agents are for everybody to see and for owners to set, as are those of people, each of
/// whom sees their own; those of tasks are seen and set as the tasks are.
/// </summary>
internal sealed class CallerBudgets(BudgetService inner, TaskReader reader, ICallerSource source, ChatAccess access, AuditLog audit) : IBudgets
{
    public event Action? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public IReadOnlyList<BudgetStanding> List() => [.. inner.List().Where(standing => MaySee(standing.Budget))];

    public BudgetStanding? Find(string budgetId) => inner.Find(budgetId) is { } standing && MaySee(standing.Budget) ? standing : null;

    public async Task<Budget> SetAsync(BudgetScope scope, string target, decimal usd, CancellationToken cancellationToken = default)
    {
        RequireChange(scope, target);
        var budget = await inner.SetAsync(scope, target, usd, cancellationToken);
        audit.Append(source.Caller, AuditActions.BudgetSet, budget.Id, budget.Target);
        return budget;
    }

    public async Task<bool> RemoveAsync(string budgetId, CancellationToken cancellationToken = default)
    {
        if (Find(budgetId) is not { Budget: var budget }) return false;
        RequireChange(budget.Scope, budget.Target);
        var removed = await inner.RemoveAsync(budgetId, cancellationToken);
        if (removed) audit.Append(source.Caller, AuditActions.BudgetRemoved, budgetId, budget.Target);
        return removed;
    }

    private bool MaySee(Budget budget) => budget.Scope switch
    {
        BudgetScope.Server or BudgetScope.Agent => true,
        BudgetScope.Person => source.Caller.Role >= PersonRole.Owner || source.Caller.UserId == budget.Target,
        _ => source.Caller.SeesAll || (TaskOf(budget.Target) is { } task && access.MaySee(source.Caller, task.Audience)),
    };

    private void RequireChange(BudgetScope scope, string target)
    {
        if (scope is BudgetScope.Task or BudgetScope.Tree)
        {
            if (!source.Caller.SeesAll) access.RequireWrite(source.Caller, TaskOf(target)?.Audience, "task", target);
            return;
        }

        if (source.Caller.Role < PersonRole.Owner) throw RefusedException.NotAllowed("owners");
    }

    private AgentTask? TaskOf(string taskId) => reader.FindLive(taskId) ?? reader.FindStored(taskId);
}
