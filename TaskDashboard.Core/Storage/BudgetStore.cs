using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Storage.Rows;

namespace TaskDashboard.Core.Storage;

/// <summary>Keeps the budgets, and says what is spent of each by what is committed.</summary>
internal sealed class BudgetStore(Store store, TimeProvider time)
{
    public IReadOnlyList<Budget> List()
    {
        using var context = store.Contexts.CreateDbContext();
        return [.. context.Budgets.AsEnumerable().Select(ToBudget)];
    }

    /// <summary>Writes a budget, new or changed, and calls back on the writer's thread behind the commit: nothing is committed in between.</summary>
    public Task SaveAsync(Budget budget, Action committed)
    {
        var operation = new CommittedOperation<int>(
            batch =>
            {
                // Of a budget whose saving failed behind its commit, nobody here knows the id: it is saved again under a new one.
                using var save = new Statement(batch.Database, """
                    INSERT INTO budgets (id, scope, target, usd, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                        ON CONFLICT (id) DO UPDATE SET usd = excluded.usd, updated_at = excluded.updated_at
                        ON CONFLICT (scope, target) DO UPDATE SET id = excluded.id, usd = excluded.usd, updated_at = excluded.updated_at
                    """);
                return save.Execute(budget.Id, (int)budget.Scope, budget.Target, (double)budget.Usd, StoreTime.ToStore(budget.CreatedAt), StoreTime.ToStore(budget.UpdatedAt));
            },
            _ => committed());
        store.Writer.Enqueue(operation);
        return operation.Completion;
    }

    public Task RemoveAsync(string budgetId, Action committed)
    {
        var operation = new CommittedOperation<int>(
            batch =>
            {
                using var delete = new Statement(batch.Database, "DELETE FROM budgets WHERE id = ?");
                return delete.Execute(budgetId);
            },
            _ => committed());
        store.Writer.Enqueue(operation);
        return operation.Completion;
    }

    /// <summary>What a budget has been charged so far; of a daily one, today. What deleted tasks cost stays spent.</summary>
    public decimal SpentOf(Budget budget)
    {
        using var context = store.Contexts.CreateDbContext();
        var today = DayOf(time.GetUtcNow());
        var target = budget.Target;
        var spent = budget.Scope switch
        {
            BudgetScope.Task => context.Tasks.Where(row => row.Id == target).Sum(row => row.Cost),
            BudgetScope.Tree => context.Database
                .SqlQuery<double?>($"""
                    WITH RECURSIVE tree(id, cost) AS (
                        SELECT id, cost FROM tasks WHERE id = {target}
                        UNION SELECT tasks.id, tasks.cost FROM tree JOIN tasks ON tasks.parent_task_id = tree.id
                        UNION SELECT gone.id, gone.cost FROM tree JOIN deleted_tasks AS gone ON gone.parent_task_id = tree.id)
                    SELECT SUM(cost) AS Value FROM tree
                    """)
                .AsEnumerable().Single(),
            BudgetScope.Agent => context.UsageDays.Where(row => row.Day == today && row.AgentId == target).Sum(row => row.Cost),
            BudgetScope.Person => context.UsageDays.Where(row => row.Day == today && row.PersonId == target).Sum(row => row.Cost),
            BudgetScope.Server => context.UsageDays.Where(row => row.Day == today).Sum(row => row.Cost),
            _ => throw new InvalidOperationException($"A budget cannot hold {budget.Scope}."),
        };
        return Math.Round((decimal)(spent ?? 0), 8);
    }

    /// <summary>A day as the store keeps it.</summary>
    public static int DayOf(DateTimeOffset at) => at.UtcDateTime is var utc ? utc.Year * 10_000 + utc.Month * 100 + utc.Day : 0;

    private static Budget ToBudget(BudgetRow row) => new()
    {
        Id = row.Id,
        Scope = (BudgetScope)row.Scope,
        Target = row.Target,
        Usd = (decimal)row.Usd,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        UpdatedAt = StoreTime.FromStore(row.UpdatedAt),
    };
}
