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
    private const int ScreenLines = 30;

    private readonly ITaskReader reader;
    private readonly IBulkJobs? jobs;
    private readonly HashSet<string> arrivals = [];
    private readonly HashSet<string> hidden = [];
    private readonly HashSet<string> gone = [];
    private TaskListReading reading = TaskListReading.Empty;
    private TaskCounts known;
    private (DateTimeOffset? From, DateTimeOffset? To) bounds;
    private (IReadOnlyDictionary<string, long> ByStatus, long NeedsYou)? recounted;
    private bool hasShared;
    private int readings;
    private int? anchorPlace;

    /// <param name="reader">Where the tasks are.</param>
    /// <param name="jobs">What is about to remove some of them; null for nothing.</param>
    public TaskListViewModel(ITaskReader reader, IBulkJobs? jobs = null)
    {
        (this.reader, this.jobs) = (reader, jobs);
        known = reader.Counts;
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

    /// <summary>How many tasks the list has.</summary>
    public int Total { get; private set; }

    /// <summary>How many lines it has: the headings of groups are some, the rows of closed groups are none.</summary>
    public int LineCount { get; private set; }

    /// <summary>The lines that it began with when it was read: more than most windows show.</summary>
    public IEnumerable<TaskListLine> Beginning => reading.Beginning.Take(ScreenLines);

    /// <summary>Tasks that came since the list was read.</summary>
    public int NewCount => arrivals.Count;

    /// <summary>Rows of the list are gone, or no longer belong here.</summary>
    public bool IsStale { get; private set; }

    /// <summary>No task exists at all.</summary>
    public bool IsFirstRun => known.Total == 0 && !hasShared;

    /// <summary>The live counts do not tell all numbers: there is a filter, tasks of others are in the list, or groups.</summary>
    public bool NeedsRecount => HasOwnCounts || Filter.Group is not null;

    private bool HasOwnCounts => Filter.IsNarrowed || hasShared;

    /// <summary>How many tasks a segment has under the other filters.</summary>
    public long CountOf(TaskSegment segment)
    {
        var (counts, needsYou) = recounted ?? (reading.Counts, reading.NeedsYou);
        if (!HasOwnCounts || counts.Count == 0) return segment.CountIn(known);
        if (segment == TaskSegment.NeedsYou) return needsYou;
        return segment.ToStatus() is { } status ? counts.GetValueOrDefault(status.ToWire()) : counts.Values.Sum();
    }

    /// <summary>Shows another filter, from its beginning.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="span">The moments of its period.</param>
    public Task ShowAsync(TaskListFilter filter, CancellationToken cancellationToken, (DateTimeOffset? From, DateTimeOffset? To) span = default)
    {
        if (!Filter.HasSameTasks(filter)) Selection.Clear();
        Filter = filter;
        bounds = span;
        IsLoaded = false;
        return RefreshAsync(cancellationToken);
    }

    /// <summary>Opens and closes groups where nothing else is another; false where the list has to be read.</summary>
    public bool Fold(TaskListFilter filter)
    {
        if (!IsLoaded || Filter with { Closed = filter.Closed } != filter) return false;
        Filter = filter;
        reading.Fold(filter.Closed);
        anchorPlace = null;
        Count();
        return true;
    }

    /// <summary>Reads the list anew, with all that came and went. Rows that stay are the same rows.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        TaskListReading next;
        var mine = ++readings;
        try
        {
            next = await TaskListReading.ReadAsync(reader, jobs, Filter, Query, reading, cancellationToken);
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
        reading = next;
        recounted = null;
        anchorPlace = null;
        gone.Clear();

        // A group may have been opened or closed while the list was read.
        reading.Fold(Filter.Closed);
        arrivals.Clear();
        IsStale = false;
        Problem = null;
        IsLoaded = true;
        known = reader.Counts;

        // A task that comes in this moment makes them differ as well: then they are counted once more than they need be.
        if (!Filter.IsNarrowed && reading.Counts.Count > 0) hasShared = reading.Counts.Values.Sum() != known.Total;
        Count();
        foreach (var taskId in hidden) reading.Find(taskId)?.Hide(true);
        MarkSelected();
    }

    /// <summary>Chooses a row or lets it go; with <paramref name="range"/> all from the one before to this.</summary>
    public async Task SelectAsync(string taskId, bool range, CancellationToken cancellationToken)
    {
        // The row before may be so far away by now that it is not kept: then it counts where it was.
        var place = reading.Sections.PositionOf(taskId);
        var before = Selection.Anchor is { } anchor && anchor != taskId ? reading.Sections.PositionOf(anchor) ?? anchorPlace : null;
        anchorPlace = place;
        if (range && before is { } from && place is { } to)
        {
            Selection.Add(await reading.Sections.IdsAsync(Math.Min(from, to), Math.Abs(from - to) + 1, cancellationToken), taskId);
            return;
        }

        Selection.Toggle(taskId);
    }

    private void MarkSelected()
    {
        foreach (var row in reading.Rows) row.Select(Selection.Contains(row.Task.Id));
    }

    /// <summary>Reads the numbers of the segments anew, for filters whose numbers the live counts do not tell.</summary>
    public async Task RecountAsync(CancellationToken cancellationToken)
    {
        var asked = readings;
        if (Filter.Group is { } by)
        {
            var query = Query;
            var groups = await Task.Run(() => reader.ListGroupsAsync(query, by, cancellationToken), cancellationToken);
            if (asked != readings) return;
            recounted = (groups.Counts, groups.NeedsYou);
            IsStale |= !reading.Recount(groups);
            return;
        }

        var page = await reader.ListAsync(Query with { Limit = 1 }, cancellationToken);
        if (asked == readings) recounted = (page.Counts, page.NeedsYou);
    }

    /// <summary>Whether something happened that numbers depend on: a step of a task at work is none.</summary>
    public static bool MovesNumbers(LiveTaskBatch batch) =>
        batch.Resync || batch.Changes.Any(change => change is { Task: null } or { Created: true } or { Deleted: true } || (change.Previous is { } previous && previous != change.Task.Status));

    /// <summary>Lines for the viewport.</summary>
    public async Task<IReadOnlyList<TaskListLine>> LinesAsync(int start, int count, CancellationToken cancellationToken)
    {
        var lines = await reading.Sections.LinesAsync(start, count, cancellationToken);
        foreach (var row in lines.OfType<TaskRowModel>())
        {
            row.Hide(hidden.Contains(row.Task.Id) || gone.Contains(row.Task.Id));
            row.Select(Selection.Contains(row.Task.Id));
        }

        Count();
        return lines;
    }

    /// <summary>The rows among <see cref="LinesAsync"/>.</summary>
    public async Task<IReadOnlyList<TaskRowModel>> RangeAsync(int start, int count, CancellationToken cancellationToken) =>
        [.. (await LinesAsync(start, count, cancellationToken)).OfType<TaskRowModel>()];

    /// <summary>Takes in what happened to tasks.</summary>
    public async Task ApplyAsync(LiveTaskBatch batch, CancellationToken cancellationToken)
    {
        known = batch.Counts;
        IsStale |= batch.Resync;
        foreach (var change in batch.Changes)
        {
            if (change.Deleted) Remove(change.TaskId);
            else if ((change.Task ?? await reader.FindAsync(change.TaskId, cancellationToken)) is { } task) Apply(task, change);
        }
    }

    /// <summary>Takes a row out of sight, or back into it.</summary>
    public void Hide(string taskId, bool hide)
    {
        if (hide ? hidden.Add(taskId) : hidden.Remove(taskId)) reading.Find(taskId)?.Hide(hide);
    }

    private void Apply(AgentTask task, LiveTaskChange change)
    {
        var matches = Filter.Matches(task, bounds) && jobs?.IsLeaving(task.Id) is not true;
        if (reading.Find(task.Id) is { } row)
        {
            var moves = Filter.Group == TaskGrouping.Status && row.Task.Status != task.Status;
            row.Update(task);
            IsStale |= moves;

            // With words the transcript may match where the title does not; only the store can tell.
            IsStale |= !matches && Filter.Search.Length == 0;
        }
        else if (matches && (change.Created || Filter.Segment.IsEnteredFrom(change.Previous)))
        {
            arrivals.Add(task.Id);
        }
        else if (!matches)
        {
            arrivals.Remove(task.Id);
        }
        else
        {
            // In a closed group, or further down than was read: it is in another group now.
            IsStale |= Filter.Group == TaskGrouping.Status && change.Previous is { } previous && previous != task.Status;
        }
    }

    private void Remove(string taskId)
    {
        arrivals.Remove(taskId);
        if (!Selection.IsAll) Selection.Forget(taskId);
        if (reading.Find(taskId) is not { } row) return;
        row.Hide(true);
        gone.Add(taskId);
        IsStale = true;
    }

    private void Count() => (Total, LineCount) = (reading.Sections.Total, reading.Sections.LineCount);
}
