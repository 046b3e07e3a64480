using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Storage;

/// <summary>Keeps the agents: all of them in memory, each as one JSON document in the store.</summary>
internal sealed class AgentStore : IAgentStore
{
    private readonly Lock gate = new();
    private readonly StoreWriter writer;
    private readonly AgentChanges changes;
    private volatile IReadOnlyDictionary<string, AgentDefinition> agents;

    public AgentStore(Store store, AgentChanges changes)
    {
        this.changes = changes;
        writer = store.Writer;
        using var context = store.Contexts.CreateDbContext();
        agents = context.Agents.AsEnumerable()
            .Select(row => JsonSerializer.Deserialize(row.Definition, EventJson.Wire.AgentDefinition)!)
            .Select(WithDefaults)
            .ToDictionary(agent => agent.Id, StringComparer.Ordinal);
    }

    public Task<IReadOnlyList<AgentDefinition>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<AgentDefinition>>([.. agents.Values.OrderBy(agent => agent.Name, StringComparer.CurrentCultureIgnoreCase)]);

    public ValueTask<AgentDefinition?> FindAsync(string agentId, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(agents.GetValueOrDefault(agentId));

    public async Task SaveAsync(AgentDefinition agent, CancellationToken cancellationToken = default)
    {
        await writer.EnqueueAsync(batch =>
        {
            using var statement = new Statement(batch.Database,
                "INSERT INTO agents (id, name, definition) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition");
            return statement.Execute(agent.Id, agent.Name, JsonSerializer.Serialize(agent, EventJson.Wire.AgentDefinition));
        }, WritePatience.WhileSomebodyWaits);
        lock (gate) agents = new Dictionary<string, AgentDefinition>(agents, StringComparer.Ordinal) { [agent.Id] = agent };
        changes.Tell(agent.Id);
    }

    public async Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default)
    {
        var removed = await writer.EnqueueAsync(batch =>
        {
            using var statement = new Statement(batch.Database, "DELETE FROM agents WHERE id = ?");
            return statement.Execute(agentId) > 0;
        }, WritePatience.WhileSomebodyWaits);
        if (!removed) return false;
        lock (gate) agents = agents.Where(agent => agent.Key != agentId).ToDictionary(StringComparer.Ordinal);
        changes.Tell(agentId);
        return true;
    }

    /// <summary>One that was written before there were policies has none in its document.</summary>
    private static AgentDefinition WithDefaults(AgentDefinition agent) => agent with { Approval = agent.Approval ?? new ApprovalPolicy() };
}
