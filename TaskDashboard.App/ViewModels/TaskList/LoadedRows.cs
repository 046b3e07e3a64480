using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// The rows of a list that are kept: those of the pages that were asked for last. A row that stood in the list before is taken over into the next, so
/// that it is drawn no other and keeps the focus.
/// </summary>
/// <param name="before">The rows of the list before; null for none.</param>
internal sealed class LoadedRows(LoadedRows? before = null)
{
    /// <summary>Far more than a screen has; memory stays flat over 100,000 rows.</summary>
    private const int Most = 1_200;

    private readonly Dictionary<string, TaskRowModel> rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskRowModel>? earlier = before?.rows;
    private readonly LinkedList<(TaskListPages Pages, int Page, IReadOnlyList<TaskRowModel> Rows)> recent = new();
    private int kept;

    public IReadOnlyCollection<TaskRowModel> All => rows.Values;

    public TaskRowModel? Find(string taskId) => rows.GetValueOrDefault(taskId);

    public TaskRowModel Take(AgentTask task)
    {
        if (rows.TryGetValue(task.Id, out var row)) return row;
        if (earlier?.GetValueOrDefault(task.Id) is { } known)
        {
            row = known;
            row.Update(task);
        }
        else
        {
            row = new TaskRowModel(task);
        }

        return rows[task.Id] = row;
    }

    public void Keep(TaskListPages pages, int page, IReadOnlyList<TaskRowModel> loaded)
    {
        recent.AddLast((pages, page, loaded));
        kept += loaded.Count;
        while (kept > Most && recent.Count > 1)
        {
            var (of, number, gone) = recent.First!.Value;
            recent.RemoveFirst();
            kept -= gone.Count;
            of.Drop(number);
            foreach (var row in gone) rows.Remove(row.Task.Id);
        }
    }

    public void Touch(TaskListPages pages, int page)
    {
        for (var node = recent.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Page != page || node.Value.Pages != pages) continue;
            recent.Remove(node);
            recent.AddLast(node);
            return;
        }
    }
}
