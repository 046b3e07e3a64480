using TaskDashboard.Core.Agents;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>Owners remove agents. Of the live tasks that go down with one they see all, but of other people's only that there are such.</summary>
internal sealed class CallerAgentRemoval(AgentRemoval inner, ICallerSource source, ChatAccess access, AuditLog audit) : IAgentRemoval
{
    public async Task<IReadOnlyList<AgentTask>> ListLiveAsync(string agentId, CancellationToken cancellationToken = default)
    {
        CallerAgents.RequireOwner(source.Caller);
        var caller = source.Caller;
        return [.. (await inner.ListLiveAsync(agentId, cancellationToken)).Select(task => access.MaySee(caller, task.Audience) ? task : Outline(task))];
    }

    public async Task<RemovedAgent> RemoveAsync(string agentId, string by, CancellationToken cancellationToken = default)
    {
        CallerAgents.RequireOwner(source.Caller);
        var removed = await inner.RemoveAsync(agentId, source.Caller.Name, cancellationToken);
        audit.Append(source.Caller, AuditActions.AgentDeleted, agentId);
        return removed;
    }

    private static AgentTask Outline(AgentTask task) => new()
    {
        Id = task.Id,
        Title = "",
        Status = task.Status,
        AgentId = task.AgentId,
        AgentName = task.AgentName,
        Model = task.Model,
        ChatId = task.ChatId,
        UserId = task.UserId,
        SessionId = task.SessionId,
        WorkDir = "",
        CreatedAt = task.CreatedAt,
        StartedAt = task.StartedAt,
        UpdatedAt = task.UpdatedAt,
    };
}
