using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.App.Api;

/// <summary>The configured workers that tasks are given to.</summary>
internal static class AgentEndpoints
{
    public static void MapAgents(this RouteGroupBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents").ChangesRefuseCommands();
        agents.MapGet("", ListAsync).WithName("listAgents")
            .WithSummary("All agents by name.");
        agents.MapPost("", CreateAsync).WithName("createAgent")
            .WithSummary("Makes an agent.")
            .Refuses(400, 413, 415);
        agents.MapGet("/{id}", FindAsync).WithName("getAgent")
            .WithSummary("One agent.")
            .Refuses(404);
        agents.MapPut("/{id}", ReplaceAsync).WithName("replaceAgent")
            .WithSummary("Makes the agent what the body says; what is absent becomes its default.")
            .Refuses(400, 404, 413, 415);
        agents.MapPatch("/{id}", UpdateAsync).WithName("updateAgent")
            .WithSummary("Changes what the body says; what is absent stays.")
            .Refuses(400, 404, 413, 415);
        agents.MapDelete("/{id}", DeleteAsync).WithName("deleteAgent")
            .WithSummary("Removes the agent; its tasks keep its name.")
            .Refuses(404);
    }

    private static async Task<Ok<Page<AgentDefinition>>> ListAsync(IAgentStore agents, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<AgentDefinition>([.. (await agents.ListAsync(cancellationToken)).Select(McpSecrets.WithoutSecrets)]));

    private static async Task<Created<AgentDefinition>> CreateAsync(
        AgentBody body, [AsParameters] AgentServices services, CancellationToken cancellationToken)
    {
        var agent = services.Apply(body, services.Blank(services.Ids.NewAgent()), []);
        await services.Agents.SaveAsync(agent, cancellationToken);
        return TypedResults.Created($"/api/agents/{agent.Id}", agent.WithoutSecrets());
    }

    private static async Task<Ok<AgentDefinition>> FindAsync(string id, IAgentStore agents, CancellationToken cancellationToken) =>
        TypedResults.Ok((await agents.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("agent", id)).WithoutSecrets());

    private static async Task<Ok<AgentDefinition>> ReplaceAsync(string id, AgentBody body, [AsParameters] AgentServices services, CancellationToken cancellationToken) =>
        TypedResults.Ok(await services.UpdateAsync(id, present => services.Apply(body, services.Blank(id) with { CreatedAt = present.CreatedAt }, present.McpServers), cancellationToken));

    private static async Task<Ok<AgentDefinition>> UpdateAsync(string id, AgentBody body, [AsParameters] AgentServices services, CancellationToken cancellationToken) =>
        TypedResults.Ok(await services.UpdateAsync(id, present => services.Apply(body, present, present.McpServers), cancellationToken));

    private static async Task<NoContent> DeleteAsync(string id, IAgentStore agents, CancellationToken cancellationToken) =>
        await agents.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : throw RefusedException.NotFound("agent", id);
}

/// <summary>What making and changing an agent takes.</summary>
internal sealed class AgentServices
{
    public required IAgentStore Agents { get; init; }

    public required IModelCatalog Models { get; init; }

    public required ToolCatalog Tools { get; init; }

    public required IdSource Ids { get; init; }

    public required TimeProvider Time { get; init; }

    public AgentDefinition Blank(string id) => new() { Id = id, Name = "", CreatedAt = Time.GetUtcNow() };

    public AgentDefinition Apply(AgentBody body, AgentDefinition agent, IReadOnlyList<McpServerDefinition> stored) =>
        body.ApplyTo(agent, stored, Models, Tools) with { UpdatedAt = Time.GetUtcNow() };

    /// <returns>What was saved, as it may be shown.</returns>
    public async Task<AgentDefinition> UpdateAsync(string id, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken) =>
        (await Agents.UpdateAsync(id, change, cancellationToken) ?? throw RefusedException.NotFound("agent", id)).WithoutSecrets();
}
