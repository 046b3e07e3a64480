using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>Reads questions and approvals over pooled connections.</summary>
internal sealed class RequestReader(IDbContextFactory<DashboardDbContext> contexts)
{
    /// <summary>The requests that fit: open ones oldest first, and of more than the limit the oldest; otherwise the newest, oldest first.</summary>
    public async Task<IReadOnlyList<TaskRequest>> ListAsync(RequestQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found =
            from request in context.Requests
            join task in context.Tasks on request.TaskKey equals task.Key
            select new { request, task.Id, task.PersonId, task.AccessChatId };
        if (query.Open is { } open) found = open ? found.Where(row => row.request.ResolvedAt == null) : found.Where(row => row.request.ResolvedAt != null);
        if (query.Kind is { } kind) found = found.Where(row => row.request.Kind == (int)kind);
        if (query.TaskId is { } taskId) found = found.Where(row => row.Id == taskId);
        if (query.VisibleTo is { } userId)
        {
            found = found.Where(row => row.PersonId == userId || context.ChatShares.Any(share => share.UserId == userId && share.ChatId == row.AccessChatId));
        }

        var ordered = query.Open == true
            ? found.OrderBy(row => row.request.CreatedAt).ThenBy(row => row.request.Id)
            : found.OrderByDescending(row => row.request.CreatedAt).ThenByDescending(row => row.request.Id);
        var rows = await ordered.Take(query.Limit).ToListAsync(cancellationToken);
        if (query.Open != true) rows.Reverse();
        return rows.ConvertAll(row => RowMapping.ToRequest(row.request, row.Id));
    }

    public async Task<TaskRequest?> FindAsync(string requestId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
                from request in context.Requests
                join task in context.Tasks on request.TaskKey equals task.Key
                where request.Id == requestId
                select new { request, task.Id })
            .FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : RowMapping.ToRequest(found.request, found.Id);
    }

    /// <summary>All requests of a task that belong to a tool call, oldest first, open or not.</summary>
    public async Task<IReadOnlyList<TaskRequest>> ListOfCallsAsync(AgentTask task, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Requests
            .Where(row => row.TaskKey == task.Key && row.CallId != null)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => RowMapping.ToRequest(row, task.Id));
    }
}
