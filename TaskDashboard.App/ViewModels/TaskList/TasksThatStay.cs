using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>A list without the tasks that a job is about to remove. Pages stay full, so that places in the list can be counted.</summary>
internal sealed class TasksThatStay(ITaskListSource inner, IBulkJobs jobs) : ITaskListSource
{
    public async Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await inner.ReadAsync(cursor, limit, cancellationToken);
        if (!page.Items.Any(task => jobs.IsLeaving(task.Id))) return page;

        // Each further reading asks for just as many as are missing: then the cursor stands behind the last row that is shown.
        var staying = page.Items.Where(task => !jobs.IsLeaving(task.Id)).ToList();
        while (page.NextCursor is { } next && staying.Count < limit)
        {
            page = await inner.ReadAsync(next, limit - staying.Count, cancellationToken);
            staying.AddRange(page.Items.Where(task => !jobs.IsLeaving(task.Id)));
        }

        return page with { Items = staying };
    }
}
