using System.Globalization;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A reader over a list in memory, with real paging: newest last in, first out. Counts how often it is asked.</summary>
internal sealed class ListedTasks : ITaskReader
{
    public List<AgentTask> Tasks { get; } = [];

    public int Reads { get; private set; }

    public Exception? Refusal { get; set; }

    /// <summary>Ids of tasks that the reader may see and not steer: they are another person's, and not counted.</summary>
    public HashSet<string> Others { get; } = [];

    public bool MayWrite(AgentTask task) => !Others.Contains(task.Id);

    public TaskCounts Counts => new(
        AgentTaskStatusExtensions.All.ToDictionary(status => status, status => (long)Tasks.Count(task => task.Status == status && !Others.Contains(task.Id))),
        Tasks.Count(NeedsYou));

    /// <summary>Ids that were looked up, in order.</summary>
    public List<string> Found { get; } = [];

    public ValueTask<AgentTask?> FindAsync(string taskId, CancellationToken cancellationToken = default)
    {
        lock (Found) Found.Add(taskId);
        return new(Tasks.Find(task => task.Id == taskId));
    }

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken = default)
    {
        Reads++;
        if (Refusal is not null) throw Refusal;
        var others = Matching(query);
        var matching = others.Where(task => Fits(task, query)).ToList();
        var start = query.Cursor is null ? 0 : int.Parse(query.Cursor, CultureInfo.InvariantCulture);
        var next = start + query.Limit < matching.Count ? (start + query.Limit).ToString(CultureInfo.InvariantCulture) : null;
        return Task.FromResult(new TaskPage([.. matching.Skip(start).Take(query.Limit)], next, query.WithCounts ? CountOf(others) : []) { NeedsYou = others.Count(NeedsYou) });
    }

    public Task<TaskGroupList> ListGroupsAsync(TaskQuery query, TaskGrouping by, CancellationToken cancellationToken = default)
    {
        Reads++;
        if (Refusal is not null) throw Refusal;
        var others = Matching(query);
        var groups = others.Where(task => Fits(task, query)).GroupBy(task => KeyOf(task, by)).OrderBy(group => group.Key.Value is null).ThenBy(group => group.Key.Value, StringComparer.Ordinal);
        return Task.FromResult(new TaskGroupList([.. groups.Select(group => new TaskGroup(group.Key, by == TaskGrouping.Status ? null : group.Key.Value, group.Count()))], CountOf(others), others.Count(NeedsYou)));
    }

    private static TaskGroupKey KeyOf(AgentTask task, TaskGrouping by) => new(by, by switch
    {
        TaskGrouping.Status => task.Status.ToWire(),
        TaskGrouping.Agent => task.AgentId,
        _ => task.ParentTaskId,
    });

    private static bool NeedsYou(AgentTask task) => task.Status == AgentTaskStatus.Waiting && task.Reason is ReasonCodes.Question or ReasonCodes.Approval;

    private static bool Fits(AgentTask task, TaskQuery query) =>
        (query.Statuses.Count == 0 || query.Statuses.Contains(task.Status)) && (!query.NeedsYou || NeedsYou(task));

    private static Dictionary<string, long> CountOf(List<AgentTask> tasks) =>
        AgentTaskStatusExtensions.All.ToDictionary(status => status.ToWire(), status => (long)tasks.Count(task => task.Status == status));

    private List<AgentTask> Matching(TaskQuery query) =>
        Tasks.AsEnumerable().Reverse()
            .Where(task => query.AgentId is null || task.AgentId == query.AgentId)
            .Where(task => query.Model is null || task.Model == query.Model)
            .Where(task => query.From is null || task.CreatedAt >= query.From)
            .Where(task => query.To is null || task.CreatedAt < query.To)
            .Where(task => query.ParentId is null || task.ParentTaskId == query.ParentId)
            .Where(task => query.InGroup is not { } group || KeyOf(task, group.By) == group)
            .Where(task => query.Search is null || task.Title.Contains(query.Search, StringComparison.OrdinalIgnoreCase)).ToList();

    public Task<IReadOnlyList<TaskEvent>> ListEventsAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<TaskEvent>>([]);

    /// <summary>The transcripts of tasks that have one.</summary>
    public Dictionary<string, IReadOnlyList<ChatEntry>> Messages { get; } = [];

    public Task<IReadOnlyList<ChatEntry>> ListMessagesAsync(string taskId, long after, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult(Messages.GetValueOrDefault(taskId, []));

    public Task<IReadOnlyList<Run>> ListRunsAsync(string taskId, int after, int limit, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Run>>([]);

    public Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default) => Task.FromResult<Run?>(null);

    /// <summary>What a reading of a tree waits for; null answers at once.</summary>
    public Task? Gate { get; set; }

    public async Task<IReadOnlyList<AgentTask>> ListTreeAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var tree = Tasks.Where(task => task.Id == taskId).ToList();
        for (var index = 0; index < tree.Count; index++) tree.AddRange(Tasks.Where(task => task.ParentTaskId == tree[index].Id));
        if (Gate is not null) await Gate;
        return tree;
    }
}
