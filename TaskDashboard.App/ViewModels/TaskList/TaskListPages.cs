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

    /// <summary>Every row that is kept.</summary>
    public IReadOnlyCollection<TaskRowModel> Rows => rows.Values;

    /// <summary>How many rows there are at least: those before the last page that is known to begin.</summary>
    public int Known => (cursors.Count - 1) * PageSize;

    /// <summary>The number of a row that is kept, from 0; null for others.</summary>
    public int? PositionOf(string taskId)
    {
        foreach (var (page, kept) in pages)
        {
            for (var place = 0; place < kept.Count; place++)
            {
                if (kept[place].Task.Id == taskId) return page * PageSize + place;
            }
        }

        return null;
    }

    /// <summary>The ids of a range that may be far longer than what is kept: it is read beside the rows in sight, which stay.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(int start, int count, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        for (var page = start / PageSize; ids.Count < count; page++)
        {
            while (cursors.Count <= page && End is null) await AskAsync(cursors.Count - 1, cancellationToken);
            if (cursors.Count <= page) break;
            var loaded = pages.TryGetValue(page, out var kept) ? [.. kept.Select(row => row.Task)] : (await AskAsync(page, cancellationToken)).Items;
            if (loaded.Count == 0) break;
            ids.AddRange(loaded.Skip(Math.Max(0, start - page * PageSize)).Take(count - ids.Count).Select(task => task.Id));
        }

        return ids;
    }

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

    private async Task<IReadOnlyList<TaskRowModel>> ReadAsync(int page, CancellationToken cancellationToken) =>
        Keep(page, (await AskAsync(page, cancellationToken)).Items);

    private async Task<TaskPage> AskAsync(int page, CancellationToken cancellationToken)
    {
        var answer = await source.ReadAsync(cursors[page], PageSize, cancellationToken);
        Counts = answer.Counts;
        if (page == cursors.Count - 1)
        {
            if (answer.NextCursor is { } next) cursors.Add(next);
            else End = page * PageSize + answer.Items.Count;
        }

        return answer;
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
