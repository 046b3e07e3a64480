using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Storage;

/// <summary>Keeps the agents: all of them in memory, each as one JSON document in the store.</summary>
internal sealed class AgentStore : IAgentStore, IDisposable
{
    private readonly SemaphoreSlim changing = new(1);
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
        await changing.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(agent with { Version = (agents.GetValueOrDefault(agent.Id)?.Version ?? 0) + 1 });
        }
        finally
        {
            changing.Release();
        }

        changes.Tell(agent.Id);
    }

    public async Task<AgentDefinition?> ChangeAsync(string agentId, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken = default)
    {
        AgentDefinition changed;
        await changing.WaitAsync(cancellationToken);
        try
        {
            if (agents.GetValueOrDefault(agentId) is not { } current) return null;
            changed = change(current) with { Id = agentId, Version = current.Version + 1 };
            await WriteAsync(changed);
        }
        finally
        {
            changing.Release();
        }

        changes.Tell(agentId);
        return changed;
    }

    public async Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            var removed = await writer.EnqueueAsync(batch =>
            {
                using var statement = new Statement(batch.Database, "DELETE FROM agents WHERE id = ?");
                return statement.Execute(agentId) > 0;
            }, WritePatience.WhileSomebodyWaits);
            if (!removed) return false;
            agents = agents.Where(agent => agent.Key != agentId).ToDictionary(StringComparer.Ordinal);
        }
        finally
        {
            changing.Release();
        }

        changes.Tell(agentId);
        return true;
    }

    public void Dispose() => changing.Dispose();

    private async Task WriteAsync(AgentDefinition agent)
    {
        await writer.EnqueueAsync(batch =>
        {
            using var statement = new Statement(batch.Database,
                "INSERT INTO agents (id, name, definition) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition");
            return statement.Execute(agent.Id, agent.Name, JsonSerializer.Serialize(agent, EventJson.Wire.AgentDefinition));
        }, WritePatience.WhileSomebodyWaits);
        agents = new Dictionary<string, AgentDefinition>(agents, StringComparer.Ordinal) { [agent.Id] = agent };
    }

    /// <summary>A document that was written before there was a field has nothing in its place.</summary>
    private static AgentDefinition WithDefaults(AgentDefinition agent)
    {
        var blank = new AgentDefinition { Id = agent.Id, Name = agent.Name };
        return agent with
        {
            Description = agent.Description ?? blank.Description,
            Instructions = agent.Instructions ?? blank.Instructions,
            Tools = agent.Tools ?? blank.Tools,
            Approval = agent.Approval ?? blank.Approval,
            Color = agent.Color ?? blank.Color,
        };
    }
}
