using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// Random access over the store's cursor paging, for a list that is scrolled. Cursors are kept for every page that was ever read, rows only
/// for the pages near the last ones asked for.
/// </summary>
internal sealed class TaskListPages(ITaskListSource source, LoadedRows rows)
{
    public const int PageSize = 100;

    private readonly List<string?> cursors = [null];
    private readonly Dictionary<int, IReadOnlyList<TaskRowModel>> pages = [];

    /// <summary>Number of the row behind the last one, once the end was read.</summary>
    public int? End { get; private set; }

    /// <summary>How many tasks match the other filters, per status; of the newest page that was read with them.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; private set; } = new Dictionary<string, long>();

    /// <summary>How many of those wait on a person.</summary>
    public long NeedsYou { get; private set; }

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
            rows.Touch(this, page);
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
        if (answer.Counts.Count > 0) (Counts, NeedsYou) = (answer.Counts, answer.NeedsYou);
        if (page == cursors.Count - 1)
        {
            if (answer.NextCursor is { } next) cursors.Add(next);
            else End = page * PageSize + answer.Items.Count;
        }

        return answer;
    }

    /// <summary>A page is not kept any more; whoever asks for it reads it again.</summary>
    internal void Drop(int page) => pages.Remove(page);

    private List<TaskRowModel> Keep(int page, IReadOnlyList<AgentTask> tasks)
    {
        var models = tasks.Select(rows.Take).ToList();
        pages[page] = models;
        rows.Keep(this, page, models);
        return models;
    }
}
