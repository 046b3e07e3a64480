using TaskDashboard.Core.Agents;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The agents, which everybody may use and owners alone may change.</summary>
internal sealed class CallerAgents(AgentStore inner, ICallerSource source, AuditLog audit) : IAgentStore
{
    public Task<IReadOnlyList<AgentDefinition>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

    public ValueTask<AgentDefinition?> FindAsync(string agentId, CancellationToken cancellationToken = default) => inner.FindAsync(agentId, cancellationToken);

    public async Task SaveAsync(AgentDefinition agent, CancellationToken cancellationToken = default)
    {
        RequireOwner(source.Caller);
        var present = await inner.FindAsync(agent.Id, cancellationToken);
        await inner.SaveAsync(agent, cancellationToken);
        audit.Append(source.Caller, present is null ? AuditActions.AgentCreated : AuditActions.AgentChanged, agent.Id);
    }

    public async Task<AgentDefinition?> ChangeAsync(string agentId, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken = default)
    {
        RequireOwner(source.Caller);
        var changed = await inner.ChangeAsync(agentId, change, cancellationToken);
        if (changed is not null) audit.Append(source.Caller, AuditActions.AgentChanged, agentId);
        return changed;
    }

    public async Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default)
    {
        RequireOwner(source.Caller);
        var deleted = await inner.DeleteAsync(agentId, cancellationToken);
        if (deleted) audit.Append(source.Caller, AuditActions.AgentDeleted, agentId);
        return deleted;
    }

    internal static void RequireOwner(Caller caller)
    {
        if (caller.Role < PersonRole.Owner) throw RefusedException.NotAllowed("owners");
    }
}
