using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>One reading of the list: its rows, its sections and the numbers that the store told with them. The next one takes over what it can.</summary>
internal sealed class TaskListReading
{
    /// <summary>As many lines as a screen shows, and some more.</summary>
    private const int FirstLines = 50;

    private readonly IBulkJobs? jobs;
    private readonly LoadedRows rows;
    private TaskGroupList? groups;

    private TaskListReading(IBulkJobs? jobs, LoadedRows rows) => (this.jobs, this.rows) = (jobs, rows);

    public TaskListSections Sections { get; private set; } = new([]);

    /// <summary>Its first lines, as they were when it was read.</summary>
    public IReadOnlyList<TaskListLine> Beginning { get; private set; } = [];

    public IReadOnlyCollection<TaskRowModel> Rows => rows.All;

    /// <summary>How many tasks match the other filters, per status; empty while nothing was read.</summary>
    public IReadOnlyDictionary<string, long> Counts => groups?.Counts ?? (Sections.Items is [var all] ? all.Pages.Counts : new Dictionary<string, long>());

    /// <summary>How many of those wait on a person.</summary>
    public long NeedsYou => groups?.NeedsYou ?? (Sections.Items is [var all] ? all.Pages.NeedsYou : 0);

    public static TaskListReading Empty { get; } = new(null, new LoadedRows());

    public static async Task<TaskListReading> ReadAsync(
        ITaskReader reader, IBulkJobs? jobs, TaskListFilter filter, TaskQuery query, TaskListReading before, CancellationToken cancellationToken)
    {
        var reading = new TaskListReading(jobs, new LoadedRows(before.rows));
        if (filter.Group is { } by)
        {
            reading.groups = await Task.Run(() => reader.ListGroupsAsync(query, by, cancellationToken), cancellationToken);
            var known = before.Sections.Items.Select(section => section.Group).OfType<TaskGroupModel>().ToDictionary(group => group.Group.Key);
            var closed = TaskGroupings.Read(filter.Closed);
            reading.Sections = new TaskListSections([.. reading.groups.Items.Select(group => reading.SectionOf(reader, query, group, Headed(group, known, closed)))]);
        }
        else
        {
            var status = filter.Segment.ToStatus();
            reading.Sections = new TaskListSections([new TaskListSection(null, reading.PagesOf(reader, query), () => reading.CountAll(filter.Segment, status))]);
        }

        reading.Beginning = await reading.Sections.LinesAsync(0, filter.Group is null ? TaskListPages.PageSize : FirstLines, cancellationToken);
        return reading;
    }

    public TaskRowModel? Find(string taskId) => rows.Find(taskId);

    /// <summary>Opens and closes groups. What was read of them stays.</summary>
    public void Fold(string closed)
    {
        var names = TaskGroupings.Read(closed);
        foreach (var section in Sections.Items) section.Group?.Close(names.Contains(section.Group.Name));
    }

    /// <summary>Tells the headings their numbers; false when there are other groups than these.</summary>
    public bool Recount(TaskGroupList newer)
    {
        var known = Sections.Items.Select(section => section.Group).OfType<TaskGroupModel>().ToDictionary(group => group.Group.Key);
        foreach (var group in newer.Items)
        {
            if (known.Remove(group.Key, out var model)) model.Update(group);
            else return false;
        }

        foreach (var emptied in known.Values) emptied.Update(emptied.Group with { Count = 0 });
        return true;
    }

    private static TaskGroupModel Headed(TaskGroup group, Dictionary<TaskGroupKey, TaskGroupModel> known, IReadOnlySet<string> closed)
    {
        var model = known.GetValueOrDefault(group.Key) ?? new TaskGroupModel(group, closed.Contains(TaskGroupings.NameOf(group.Key)));
        model.Update(group);
        model.Close(closed.Contains(model.Name));
        return model;
    }

    private TaskListSection SectionOf(ITaskReader reader, TaskQuery query, TaskGroup group, TaskGroupModel heading) =>
        new(heading, PagesOf(reader, query with { InGroup = group.Key, WithCounts = false }), () => group.Count);

    private TaskListPages PagesOf(ITaskReader reader, TaskQuery query)
    {
        ITaskListSource source = new StoredTasks(reader, query);
        return new TaskListPages(jobs is null ? source : new TasksThatStay(source, jobs), rows);
    }

    /// <summary>While jobs remove tasks an estimate: nobody counts how many of them are of this filter.</summary>
    private long CountAll(TaskSegment segment, AgentTaskStatus? status)
    {
        var counted = segment == TaskSegment.NeedsYou ? NeedsYou : status is { } one ? Counts.GetValueOrDefault(one.ToWire()) : Counts.Values.Sum();
        return counted - Leaving();
    }

    /// <summary>How many tasks jobs are still to remove. The store counts them, the list does not show them.</summary>
    private int Leaving() => jobs?.List().Where(job => job is { IsLive: true, Action: BulkAction.Delete }).Sum(job => job.Total - job.Seen) ?? 0;
}
