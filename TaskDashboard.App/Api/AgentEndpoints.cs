using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Agents;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The configured workers that tasks are given to.</summary>
internal static class AgentEndpoints
{
    /// <summary>Says how many tasks went down with an agent; the answer itself stays empty.</summary>
    public const string CancelledCountHeader = "X-Cancelled-Count";

    public static void MapAgents(this RouteGroupBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("Agents").ChangesRefuseCommands().ChangesNeed(PersonRole.Owner);
        agents.MapGet("", ListAsync).WithName("listAgents")
            .WithSummary("The agents by name; those that are archived only where they are asked for.")
            .Refuses(400);
        agents.MapPost("", CreateAsync).WithName("createAgent")
            .WithSummary("Makes an agent.")
            .Refuses(400, 413, 415);
        agents.MapGet("/{id}", FindAsync).WithName("getAgent")
            .WithSummary("One agent.")
            .Refuses(404);
        agents.MapPut("/{id}", ReplaceAsync).WithName("replaceAgent")
            .WithSummary("Makes the agent what the body says; what is absent becomes its default.")
            .Refuses(400, 404, 409, 413, 415);
        agents.MapPatch("/{id}", UpdateAsync).WithName("updateAgent")
            .WithSummary("Changes what the body says; what is absent stays. Changes of two people to different fields are both kept.")
            .Refuses(400, 404, 409, 413, 415);
        agents.MapDelete("/{id}", DeleteAsync).WithName("deleteAgent")
            .WithSummary("Cancels the agent's live tasks with everything below them, and removes it; its ended tasks keep its name.")
            .WithDescription($"The header {CancelledCountHeader} says how many tasks were cancelled. GET …/live-tasks says beforehand which they will be.")
            .Refuses(404);
        agents.MapGet("/{id}/live-tasks", ListLiveAsync).WithName("listLiveTasksOfAgent")
            .WithSummary("The tasks that deleting the agent would cancel: its own live ones, and the live ones below them.")
            .Needs(PersonRole.Owner)
            .Refuses(404);
        agents.MapPost("/{id}/duplicate", DuplicateAsync).WithName("duplicateAgent")
            .WithSummary("Makes another agent like this one, under a name that is free. The secrets of its MCP servers are copied along.")
            .Refuses(404);
    }

    private static async Task<Ok<Page<AgentDefinition>>> ListAsync(
        IAgentStore agents, CancellationToken cancellationToken,
        [Description("false: those that take new tasks (default). true: those that are archived. all: both.")] string? archived = null)
    {
        Func<AgentDefinition, bool> isWanted = archived switch
        {
            null or "" or "false" => agent => agent.ArchivedAt is null,
            "true" => agent => agent.ArchivedAt is not null,
            "all" => _ => true,
            _ => throw RefusedException.Validation("archived", "archived has to be true, false or all."),
        };
        return TypedResults.Ok(new Page<AgentDefinition>([.. (await agents.ListAsync(cancellationToken)).Where(isWanted).Select(McpSecrets.WithoutSecrets)]));
    }

    private static async Task<Created<AgentDefinition>> CreateAsync(AgentBody body, AgentEditing editing, CancellationToken cancellationToken) =>
        Created(await editing.CreateAsync(body, cancellationToken));

    private static async Task<Ok<AgentDefinition>> FindAsync(string id, IAgentStore agents, CancellationToken cancellationToken) =>
        TypedResults.Ok((await agents.FindAsync(id, cancellationToken) ?? throw RefusedException.NotFound("agent", id)).WithoutSecrets());

    private static async Task<Ok<AgentDefinition>> ReplaceAsync(string id, AgentBody body, AgentEditing editing, CancellationToken cancellationToken) =>
        TypedResults.Ok(await editing.ReplaceAsync(id, body, cancellationToken));

    private static async Task<Ok<AgentDefinition>> UpdateAsync(string id, AgentBody body, AgentEditing editing, CancellationToken cancellationToken) =>
        TypedResults.Ok(await editing.UpdateAsync(id, body, cancellationToken));

    private static async Task<NoContent> DeleteAsync(string id, IAgentRemoval removal, HttpResponse response, CurrentCaller caller, CancellationToken cancellationToken)
    {
        var removed = await removal.RemoveAsync(id, caller.Value.Name, cancellationToken);
        response.Headers[CancelledCountHeader] = removed.CancelledCount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<AgentTask>>> ListLiveAsync(string id, IAgentRemoval removal, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<AgentTask>(await removal.ListLiveAsync(id, cancellationToken)));

    private static async Task<Created<AgentDefinition>> DuplicateAsync(string id, AgentEditing editing, CancellationToken cancellationToken) =>
        Created(await editing.DuplicateAsync(id, cancellationToken));

    private static Created<AgentDefinition> Created(AgentDefinition agent) => TypedResults.Created($"/api/agents/{agent.Id}", agent);
}
