using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// The list behind the Tasks page: which rows, how many, what is new. Rows change in place; rows that come or go wait in
/// <see cref="NewCount"/> and <see cref="IsStale"/> until <see cref="RefreshAsync"/>, so that none moves under a pointer.
/// Used on the page's own thread.
/// </summary>
public sealed class TaskListViewModel
{
    private readonly ITaskReader reader;
    private readonly IBulkJobs? jobs;
    private readonly HashSet<string> arrivals = [];
    private readonly HashSet<string> hidden = [];
    private TaskListPages pages;
    private TaskCounts known;
    private (DateTimeOffset? From, DateTimeOffset? To) bounds;
    private IReadOnlyDictionary<string, long>? narrowedCounts;
    private bool hasShared;
    private int readings;
    private int? anchorPlace;

    /// <param name="reader">Where the tasks are.</param>
    /// <param name="jobs">What is about to remove some of them; null for nothing.</param>
    public TaskListViewModel(ITaskReader reader, IBulkJobs? jobs = null)
    {
        (this.reader, this.jobs) = (reader, jobs);
        known = reader.Counts;
        pages = NewPages();
        Selection.Changed += MarkSelected;
    }

    public TaskListFilter Filter { get; private set; } = new();

    /// <summary>The filter in the store's words.</summary>
    public TaskQuery Query => Filter.ToQuery(bounds);

    /// <summary>Which rows are chosen. Another filter begins with none; another order keeps them.</summary>
    public TaskSelection Selection { get; } = new();

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
    /// <param name="filter">The filter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="span">The moments of its period.</param>
    public Task ShowAsync(TaskListFilter filter, CancellationToken cancellationToken, (DateTimeOffset? From, DateTimeOffset? To) span = default)
    {
        if (Filter with { Sort = filter.Sort } != filter) Selection.Clear();
        Filter = filter;
        bounds = span;
        IsLoaded = false;
        return RefreshAsync(cancellationToken);
    }

    /// <summary>Reads the list anew, with all that came and went.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var next = NewPages();
        var mine = ++readings;
        try
        {
            await next.RangeAsync(0, TaskListPages.PageSize, cancellationToken);
        }
        catch (RefusedException refusal)
        {
            if (mine == readings) Problem = refusal.Message;
            return;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            if (mine == readings) Problem = exception.Message;
            return;
        }

        // A filter that was chosen later may have been answered sooner.
        if (mine != readings) return;
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
        MarkSelected();
    }

    /// <summary>Chooses a row or lets it go; with <paramref name="range"/> all from the one before to this.</summary>
    public async Task SelectAsync(string taskId, bool range, CancellationToken cancellationToken)
    {
        // The row before may be so far away by now that it is not kept: then it counts where it was.
        var place = pages.PositionOf(taskId);
        var before = Selection.Anchor is { } anchor && anchor != taskId ? pages.PositionOf(anchor) ?? anchorPlace : null;
        anchorPlace = place;
        if (range && before is { } from && place is { } to)
        {
            Selection.Add(await pages.IdsAsync(Math.Min(from, to), Math.Abs(from - to) + 1, cancellationToken), taskId);
            return;
        }

        Selection.Toggle(taskId);
    }

    private void MarkSelected()
    {
        foreach (var row in pages.Rows) row.Select(Selection.Contains(row.Task.Id));
    }

    /// <summary>Reads the numbers of the segments anew, for filters whose numbers the live counts do not tell.</summary>
    public async Task RecountAsync(CancellationToken cancellationToken)
    {
        var asked = readings;
        var counts = (await reader.ListAsync(Query with { Limit = 1 }, cancellationToken)).Counts;
        if (asked == readings) narrowedCounts = counts;
    }

    /// <summary>Rows for the viewport.</summary>
    public async Task<IReadOnlyList<TaskRowModel>> RangeAsync(int start, int count, CancellationToken cancellationToken)
    {
        var range = await pages.RangeAsync(start, count, cancellationToken);
        foreach (var row in range)
        {
            row.Hide(hidden.Contains(row.Task.Id));
            row.Select(Selection.Contains(row.Task.Id));
        }

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
        var matches = Filter.Matches(task, bounds) && jobs?.IsLeaving(task.Id) is not true;
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
        if (!Selection.IsAll) Selection.Forget(taskId);
        if (pages.Find(taskId) is not { } row) return;
        row.Hide(true);
        IsStale = true;
    }

    /// <summary>While jobs remove tasks an estimate: nobody counts how many of them are of this filter. It is never less than what was read, and one more.</summary>
    private int CountRows() => pages.End ?? (int)Math.Clamp(CountedRows() - Leaving(), pages.Known + 1, int.MaxValue);

    private long CountedRows() => Filter.Segment.ToStatus() is { } status
        ? pages.Counts.GetValueOrDefault(status.ToWire())
        : pages.Counts.Values.Sum();

    /// <summary>How many tasks jobs are still to remove. The store counts them, the list does not show them.</summary>
    private int Leaving() => jobs?.List().Where(job => job is { IsLive: true, Action: BulkAction.Delete }).Sum(job => job.Total - job.Seen) ?? 0;

    private TaskListPages NewPages()
    {
        ITaskListSource source = Filter.Segment == TaskSegment.NeedsYou ? new TasksThatNeedYou(reader, Query) : new StoredTasks(reader, Query);
        return new TaskListPages(jobs is null ? source : new TasksThatStay(source, jobs));
    }
}
