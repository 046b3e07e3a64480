using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskDashboard.App.Api.Bodies;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.People;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>The MCP servers of an agent: how they stand, what they offer, and what is taken from them.</summary>
internal static class McpEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static void MapMcp(this RouteGroupBuilder api)
    {
        var servers = api.MapGroup("/agents/{id}/mcp").WithTags("MCP servers").ChangesRefuseCommands();
        servers.MapGet("", ListAsync).WithName("listMcpServers")
            .WithSummary("How the agent's servers stand, with the tools, resources and prompts that they offer as far as that is known.")
            .Refuses(403, 404);
        servers.MapPost("/{server}/restart", RestartAsync).WithName("restartMcpServer").Needs(PersonRole.Owner)
            .WithSummary("Ends the connection to a server, with its process, and makes it anew.")
            .Refuses(404, 409);
        servers.MapGet("/{server}/log", ReadLogAsync).WithName("readMcpLog").Needs(PersonRole.Owner)
            .WithSummary("The newest 200 lines about a server, oldest first.")
            .Refuses(404);
        servers.MapPost("/prompts/{name}", FillPromptAsync).WithName("fillMcpPrompt")
            .WithSummary("Has a prompt filled in, and gives its text.")
            .Refuses(400, 404, 409, 413, 415, 422);
        servers.MapGet("/resources", ReadResourceAsync).WithName("readMcpResource").Needs(PersonRole.Member)
            .WithSummary("Reads a resource: text, or an image in base64, of at most a megabyte.")
            .Refuses(400, 404, 409, 413, 422).RefusesCommands();
    }

    private static async Task<Ok<Page<McpServerStatus>>> ListAsync(
        string id, IAgentStore agents, IMcpCatalog catalog, CommandCallers callers, HttpContext context, CancellationToken cancellationToken,
        [Description("true connects those that are not, and waits up to 15 seconds for each of them to answer or to fail. Default false.")] bool connect = false)
    {
        await RequireAsync(id, agents, cancellationToken);
        if (connect) callers.Refuse(context);
        if (connect) await catalog.ConnectAsync(id, Patience, cancellationToken);
        return TypedResults.Ok(new Page<McpServerStatus>(await catalog.ReadAsync(id, cancellationToken)));
    }

    private static async Task<Accepted> RestartAsync(string id, string server, IAgentStore agents, IMcpCatalog catalog, CancellationToken cancellationToken)
    {
        await RequireAsync(id, agents, cancellationToken);
        await catalog.RestartAsync(id, server, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Ok<Page<McpLogLine>>> ReadLogAsync(string id, string server, IAgentStore agents, IMcpCatalog catalog, CancellationToken cancellationToken)
    {
        await RequireAsync(id, agents, cancellationToken);
        return TypedResults.Ok(new Page<McpLogLine>(await catalog.ReadLogAsync(id, server, cancellationToken)));
    }

    private static async Task<Ok<McpPromptAnswer>> FillPromptAsync(
        string id, string name, McpPromptBody body, IAgentStore agents, IMcpCatalog catalog, CancellationToken cancellationToken)
    {
        await RequireAsync(id, agents, cancellationToken);
        return TypedResults.Ok(new McpPromptAnswer(await catalog.FillPromptAsync(id, body.Server, name, body.ReadArguments(), cancellationToken)));
    }

    private static async Task<Ok<McpResourceContent>> ReadResourceAsync(
        string id, IAgentStore agents, IMcpCatalog catalog, CancellationToken cancellationToken,
        [Description("The resource's URI.")] string? uri = null, [Description("The server's name. Default: the first that lists it.")] string? server = null)
    {
        await RequireAsync(id, agents, cancellationToken);
        if (string.IsNullOrEmpty(uri)) throw RefusedException.Validation("uri", "uri is missing.");
        return TypedResults.Ok(await catalog.ReadResourceAsync(id, server, uri, cancellationToken));
    }

    private static async ValueTask RequireAsync(string id, IAgentStore agents, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(id, cancellationToken) is null) throw RefusedException.NotFound("agent", id);
    }
}
