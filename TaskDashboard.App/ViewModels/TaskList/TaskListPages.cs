using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// Random access over the store's cursor paging, for a list that is scrolled. Cursors are kept for every page that was ever read, rows only
/// for the pages near the last ones asked for: memory stays flat over 100,000 rows.
/// </summary>
internal sealed class TaskListPages(ITaskListSource source)
{
    public const int PageSize = 100;
    private const int KeptPages = 12;

    private readonly List<string?> cursors = [null];
    private readonly Dictionary<int, IReadOnlyList<TaskRowModel>> pages = [];
    private readonly LinkedList<int> recent = [];
    private readonly Dictionary<string, TaskRowModel> rows = [];

    /// <summary>Number of the row behind the last one, once the end was read.</summary>
    public int? End { get; private set; }

    /// <summary>How many tasks match the other filters, per status; of the newest page read.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; private set; } = new Dictionary<string, long>();

    public TaskRowModel? Find(string taskId) => rows.GetValueOrDefault(taskId);

    public async Task<IReadOnlyList<TaskRowModel>> RangeAsync(int start, int count, CancellationToken cancellationToken)
    {
        var range = new List<TaskRowModel>(count);
        var shown = new HashSet<TaskRowModel>(count);
        for (var page = start / PageSize; range.Count < count; page++)
        {
            if (await PageAsync(page, cancellationToken) is not { Count: > 0 } loaded) break;
            var skip = Math.Max(0, start - page * PageSize);

            // Pages are read at different times: a task that moved in between stands on both, and is shown once.
            range.AddRange(loaded.Skip(skip).Where(shown.Add).Take(count - range.Count));
        }

        return range;
    }

    private async Task<IReadOnlyList<TaskRowModel>?> PageAsync(int page, CancellationToken cancellationToken)
    {
        if (pages.TryGetValue(page, out var kept))
        {
            Touch(page);
            return kept;
        }

        // A jump ahead reads the pages between, once, for their cursors; the next jump finds them.
        while (cursors.Count <= page)
        {
            if (End is not null) return null;
            await ReadAsync(cursors.Count - 1, cancellationToken);
        }

        return pages.TryGetValue(page, out var read) ? read : await ReadAsync(page, cancellationToken);
    }

    private async Task<IReadOnlyList<TaskRowModel>> ReadAsync(int page, CancellationToken cancellationToken)
    {
        var answer = await source.ReadAsync(cursors[page], PageSize, cancellationToken);
        Counts = answer.Counts;
        if (page == cursors.Count - 1)
        {
            if (answer.NextCursor is { } next) cursors.Add(next);
            else End = page * PageSize + answer.Items.Count;
        }

        return Keep(page, answer.Items);
    }

    private List<TaskRowModel> Keep(int page, IReadOnlyList<AgentTask> tasks)
    {
        var models = tasks.Select(task =>
        {
            if (!rows.TryGetValue(task.Id, out var row)) rows[task.Id] = row = new TaskRowModel(task);
            return row;
        }).ToList();
        pages[page] = models;
        Touch(page);
        if (recent.Count > KeptPages)
        {
            foreach (var row in pages[recent.First!.Value]) rows.Remove(row.Task.Id);
            pages.Remove(recent.First.Value);
            recent.RemoveFirst();
        }

        return models;
    }

    private void Touch(int page)
    {
        recent.Remove(page);
        recent.AddLast(page);
    }
}
