using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>The ids of all tasks that a list would show, without their rows.</summary>
internal sealed class TaskIdList(Store store)
{
    /// <summary>At most as many as are wanted, newest first, as of one moment.</summary>
    public async Task<List<string>> ReadAsync(TaskQuery query, int most, CancellationToken cancellationToken)
    {
        var list = new TaskListQuery(query with { Limit = TaskQuery.MaxLimit, Cursor = null, Sort = TaskSort.Newest });
        if (!string.IsNullOrWhiteSpace(query.Search)) await store.Search.CatchUpAsync();
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        return list.ReadIds((SqliteConnection)context.Database.GetDbConnection(), most);
    }
}
