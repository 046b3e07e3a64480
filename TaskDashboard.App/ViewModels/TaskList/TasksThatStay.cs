using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// A list without the tasks that a job is about to remove. Pages stay full, so that places in the list can be counted; what was read beyond a page's end
/// waits for the next, under a cursor of this list's own.
/// </summary>
internal sealed class TasksThatStay(ITaskListSource inner, IBulkJobs jobs) : ITaskListSource
{
    private readonly Dictionary<string, (IReadOnlyList<AgentTask> Surplus, string? Next)> rests = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, long> counts = new Dictionary<string, long>();
    private long needsYou;

    public async Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var (staying, next, isOver) = cursor is not null && rests.TryGetValue(cursor, out var rest)
            ? (rest.Surplus.Where(IsStaying).ToList(), rest.Next, rest.Next is null)
            : (new List<AgentTask>(), cursor, false);

        // Where many leave, large pages: each reading is a question to the store.
        for (var size = limit; staying.Count < limit && !isOver; size = TaskQuery.MaxLimit)
        {
            var page = await inner.ReadAsync(next, size, cancellationToken);
            if (page.Counts.Count > 0) (counts, needsYou) = (page.Counts, page.NeedsYou);
            staying.AddRange(page.Items.Where(IsStaying));
            next = page.NextCursor;
            isOver = next is null;
        }

        if (staying.Count <= limit) return new TaskPage(staying, next, counts) { NeedsYou = needsYou };
        var mine = $"rest-{rests.Count}";
        rests[mine] = ([.. staying.Skip(limit)], next);
        return new TaskPage([.. staying.Take(limit)], mine, counts) { NeedsYou = needsYou };
    }

    private bool IsStaying(AgentTask task) => !jobs.IsLeaving(task.Id);
}
