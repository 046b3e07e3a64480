using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Budgets;

/// <summary>Finds the tasks above one, deleted ones too: in memory as long as they are live. Late, because the store tells the ledger of its commits.</summary>
internal sealed class TasksAbove(Lazy<TaskReader> reader) : IBudgetedTasks
{
    private const int Deepest = 1_000;

    public IEnumerable<string> Above(AgentTask task)
    {
        var above = task.ParentTaskId;
        for (var depth = 0; above is not null && depth < Deepest; depth++)
        {
            yield return above;
            above = reader.Value.FindParent(above);
        }
    }
}
