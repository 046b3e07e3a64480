using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>Where the pages of a list come from.</summary>
internal interface ITaskListSource
{
    /// <summary>One page of at most <paramref name="limit"/> rows.</summary>
    Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken);
}

/// <summary>The store's own paging. The whole is counted with its first page only: a jump far down reads hundreds of pages.</summary>
internal sealed class StoredTasks(ITaskReader reader, TaskQuery query) : ITaskListSource
{
    public Task<TaskPage> ReadAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        reader.ListAsync(query with { Limit = limit, Cursor = cursor, WithCounts = query.WithCounts && cursor is null }, cancellationToken);
}
