using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Two agents, in memory.</summary>
internal sealed class ListedAgents : IAgentStore
{
    public List<AgentDefinition> All { get; } =
    [
        new() { Id = "agent_a", Name = "Assistant", Description = "Does it all.", Tools = ["read_file"] },
        new() { Id = "agent_b", Name = "Researcher", Description = "Only reads.", Model = "openai/gpt-5" },
    ];

    public Task<IReadOnlyList<AgentDefinition>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<AgentDefinition>>(All);

    public ValueTask<AgentDefinition?> FindAsync(string agentId, CancellationToken cancellationToken = default) => new(All.Find(agent => agent.Id == agentId));

    public Task SaveAsync(AgentDefinition agent, CancellationToken cancellationToken = default)
    {
        All.RemoveAll(known => known.Id == agent.Id);
        All.Add(agent with { Version = agent.Version + 1 });
        return Task.CompletedTask;
    }

    public Task<AgentDefinition?> ChangeAsync(string agentId, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken = default)
    {
        var index = All.FindIndex(agent => agent.Id == agentId);
        if (index < 0) return Task.FromResult<AgentDefinition?>(null);
        return Task.FromResult<AgentDefinition?>(All[index] = change(All[index]) with { Version = All[index].Version + 1 });
    }

    public Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default) => Task.FromResult(All.RemoveAll(agent => agent.Id == agentId) > 0);
}

/// <summary>A catalog of names; nothing in it answers.</summary>
internal sealed class ListedModels : IModelCatalog
{
    public IReadOnlyList<ModelDescription> Models { get; set; } = [new("builtin/assistant", "builtin", true)];

    public string DefaultModel => Models[0].Id;

    public string ForRole(string role) => DefaultModel;

    public bool TryResolve(string fullName, out IModelProvider? provider, out string model, out string problem)
    {
        (provider, model, problem) = (null, fullName, "Nothing answers here.");
        return false;
    }
}
