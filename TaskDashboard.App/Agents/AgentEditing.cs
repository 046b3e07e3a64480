using TaskDashboard.App.Api.Bodies;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Agents;

/// <summary>Makes and changes agents, for the page and for programs alike. What it answers may be shown.</summary>
internal sealed class AgentEditing(IAgentStore agents, IModelCatalog models, ToolCatalog tools, IdSource ids, TimeProvider time)
{
    private readonly AgentSurroundings known = new(models, tools, time);

    /// <exception cref="RefusedException"><c>validation</c>, with every field that does not fit.</exception>
    public Task<AgentDefinition> CreateAsync(AgentBody body, CancellationToken cancellationToken = default) =>
        AddAsync(body.ApplyTo(Blank(ids.NewAgent()), null, known), cancellationToken);

    /// <summary>As <see cref="CreateAsync"/>; what the agent names that is not here is told, not refused.</summary>
    public Task<AgentDefinition> CreateAsync(AgentBody body, ICollection<string> missing, CancellationToken cancellationToken = default) =>
        AddAsync(body.ApplyTo(Blank(ids.NewAgent()), null, known, missing), cancellationToken);

    /// <summary>Makes the agent what the body says; what is absent becomes its default.</summary>
    /// <exception cref="RefusedException"><c>validation</c>, <c>not_found</c>, <c>agent_changed</c>.</exception>
    public Task<AgentDefinition> ReplaceAsync(string id, AgentBody body, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, current => body.ApplyTo(Blank(id) with { CreatedAt = current.CreatedAt }, current, known), cancellationToken);

    /// <summary>Changes what the body says; what is absent stays.</summary>
    /// <exception cref="RefusedException"><c>validation</c>, <c>not_found</c>, <c>agent_changed</c>.</exception>
    public Task<AgentDefinition> UpdateAsync(string id, AgentBody body, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, current => body.ApplyTo(current, current, known), cancellationToken);

    /// <summary>Makes another one like it, with the secrets of its MCP servers.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    public async Task<AgentDefinition> DuplicateAsync(string id, CancellationToken cancellationToken = default)
    {
        var original = await agents.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("agent", id);
        var now = time.GetUtcNow();
        var name = AgentValidation.FreeName(original.Name, await agents.ListAsync(cancellationToken));
        return await AddAsync(original with { Id = ids.NewAgent(), Name = name, ArchivedAt = null, CreatedAt = now, UpdatedAt = now }, cancellationToken);
    }

    private AgentDefinition Blank(string id) => new() { Id = id, Name = "", CreatedAt = time.GetUtcNow() };

    private async Task<AgentDefinition> AddAsync(AgentDefinition agent, CancellationToken cancellationToken)
    {
        await agents.SaveAsync(agent, cancellationToken);
        return (await agents.FindAsync(agent.Id, cancellationToken) ?? agent).WithoutSecrets();
    }

    private async Task<AgentDefinition> ChangeAsync(string id, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken) =>
        (await agents.ChangeAsync(id, change, cancellationToken) ?? throw RefusedException.NotFound("agent", id)).WithoutSecrets();
}
