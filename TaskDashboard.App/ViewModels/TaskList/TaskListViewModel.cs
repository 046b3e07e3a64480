using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// The list behind the Tasks page: which rows, how many, what is new. Rows change in place; rows that come or go wait in
/// <see cref="NewCount"/> and <see cref="IsStale"/> until <see cref="RefreshAsync"/>, so that none moves under a pointer.
/// Used on the page's own thread.
/// </summary>
public sealed class TaskListViewModel(ITaskReader reader)
{
    private readonly HashSet<string> arrivals = [];
    private readonly HashSet<string> hidden = [];
    private TaskListPages pages = NewPages(reader, new TaskListFilter());
    private TaskCounts known = reader.Counts;
    private IReadOnlyDictionary<string, long>? narrowedCounts;
    private bool hasShared;

    public TaskListFilter Filter { get; private set; } = new();

    /// <summary>The first page of the present filter is there.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Why the list could not be read; null when it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>How many rows the list has.</summary>
    public int Total { get; private set; }

    /// <summary>Tasks that came since the list was read.</summary>
    public int NewCount => arrivals.Count;

    /// <summary>Rows of the list are gone, or no longer belong here.</summary>
    public bool IsStale { get; private set; }

    /// <summary>No task exists at all.</summary>
    public bool IsFirstRun => known.Total == 0 && !hasShared;

    /// <summary>The live counts do not tell the numbers of the segments: there is a filter, or tasks of others are in the list.</summary>
    public bool NeedsRecount => Filter.IsNarrowed || hasShared;

    /// <summary>How many tasks a segment has under the other filters.</summary>
    public long CountOf(TaskSegment segment)
    {
        var counts = narrowedCounts ?? pages.Counts;
        if (!NeedsRecount || counts.Count == 0) return segment.CountIn(known);
        if (segment == TaskSegment.NeedsYou) return Filter.Segment == segment ? Total : known.NeedsYou;
        return segment.ToStatus() is { } status ? counts.GetValueOrDefault(status.ToWire()) : counts.Values.Sum();
    }

    /// <summary>Shows another filter, from its beginning.</summary>
    public Task ShowAsync(TaskListFilter filter, CancellationToken cancellationToken)
    {
        Filter = filter;
        IsLoaded = false;
        return RefreshAsync(cancellationToken);
    }

    /// <summary>Reads the list anew, with all that came and went.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var next = NewPages(reader, Filter);
        try
        {
            await next.RangeAsync(0, TaskListPages.PageSize, cancellationToken);
        }
        catch (RefusedException refusal)
        {
            Problem = refusal.Message;
            return;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            Problem = exception.Message;
            return;
        }

        pages = next;
        narrowedCounts = null;
        arrivals.Clear();
        IsStale = false;
        Problem = null;
        IsLoaded = true;
        known = reader.Counts;

        // A task that comes in this moment makes them differ as well: then they are counted once more than they need be.
        if (!Filter.IsNarrowed && pages.Counts.Count > 0) hasShared = pages.Counts.Values.Sum() != known.Total;
        Total = CountRows();
        foreach (var taskId in hidden) pages.Find(taskId)?.Hide(true);
    }

    /// <summary>Reads the numbers of the segments anew, for filters whose numbers the live counts do not tell.</summary>
    public async Task RecountAsync(CancellationToken cancellationToken) =>
        narrowedCounts = (await reader.ListAsync(Filter.ToQuery() with { Limit = 1 }, cancellationToken)).Counts;

    /// <summary>Rows for the viewport.</summary>
    public async Task<IReadOnlyList<TaskRowModel>> RangeAsync(int start, int count, CancellationToken cancellationToken)
    {
        var range = await pages.RangeAsync(start, count, cancellationToken);
        foreach (var row in range) row.Hide(hidden.Contains(row.Task.Id));
        Total = CountRows();
        return range;
    }

    /// <summary>Takes in what happened to tasks.</summary>
    public async Task ApplyAsync(LiveTaskBatch batch, CancellationToken cancellationToken)
    {
        known = batch.Counts;
        IsStale |= batch.Resync;
        foreach (var change in batch.Changes)
        {
            if (change.Deleted) Remove(change.TaskId);
            else if ((change.Task ?? await reader.FindAsync(change.TaskId, cancellationToken)) is { } task) Apply(task, change.Created);
        }
    }

    /// <summary>Takes a row out of sight, or back into it.</summary>
    public void Hide(string taskId, bool hide)
    {
        if (hide ? hidden.Add(taskId) : hidden.Remove(taskId)) pages.Find(taskId)?.Hide(hide);
    }

    private void Apply(AgentTask task, bool created)
    {
        var matches = Filter.Matches(task);
        if (pages.Find(task.Id) is { } row)
        {
            row.Update(task);

            // With words the transcript may match where the title does not; only the store can tell.
            IsStale |= !matches && Filter.Search.Length == 0;
        }
        else if (matches && (created || Filter.Segment != TaskSegment.All))
        {
            arrivals.Add(task.Id);
        }
        else if (!matches)
        {
            arrivals.Remove(task.Id);
        }
    }

    private void Remove(string taskId)
    {
        arrivals.Remove(taskId);
        if (pages.Find(taskId) is not { } row) return;
        row.Hide(true);
        IsStale = true;
    }

    private int CountRows() => pages.End ?? (int)Math.Min(int.MaxValue, CountedRows());

    private long CountedRows() => Filter.Segment.ToStatus() is { } status
        ? pages.Counts.GetValueOrDefault(status.ToWire())
        : pages.Counts.Values.Sum();

    private static TaskListPages NewPages(ITaskReader reader, TaskListFilter filter) => new(filter.Segment == TaskSegment.NeedsYou
        ? new TasksThatNeedYou(reader, filter.ToQuery())
        : new StoredTasks(reader, filter.ToQuery()));
}
