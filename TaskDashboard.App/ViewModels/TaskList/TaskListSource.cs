using System.Globalization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>Where the pages of a list come from.</summary>
internal interface ITaskListSource
{
    /// <summary>One page of at most <paramref name="limit"/> rows.</summary>
    Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken);
}

/// <summary>The store's own paging.</summary>
internal sealed class StoredTasks(ITaskReader reader, TaskQuery query) : ITaskListSource
{
    public Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        reader.ListAsync(query with { Limit = limit, Cursor = cursor }, cancellationToken);
}

/// <summary>
/// Tasks that wait on a person. The store filters by status only, and among waiting tasks these are few: they are read whole and paged here.
/// </summary>
internal sealed class TasksThatNeedYou(ITaskReader reader, TaskQuery query) : ITaskListSource
{
    /// <summary>More than anybody answers in a sitting.</summary>
    private const int Most = 1000;

    private List<AgentTask>? found;
    private IReadOnlyDictionary<string, long> counts = new Dictionary<string, long>();

    public async Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        found ??= await ReadAllAsync(cancellationToken);
        var start = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var next = start + limit < found.Count ? (start + limit).ToString(CultureInfo.InvariantCulture) : null;
        return new TaskPage([.. found.Skip(start).Take(limit)], next, counts);
    }

    private async Task<List<AgentTask>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var all = new List<AgentTask>();
        string? cursor = null;
        do
        {
            var page = await reader.ListAsync(query with { Limit = TaskQuery.MaxLimit, Cursor = cursor }, cancellationToken);
            counts = page.Counts;
            all.AddRange(page.Items.Where(TaskStatusAppearance.NeedsYou));
            cursor = page.NextCursor;
        }
        while (cursor is not null && all.Count < Most);

        return all;
    }
}
