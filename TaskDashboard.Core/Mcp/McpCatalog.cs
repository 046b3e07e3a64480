using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Mcp;

/// <summary>Shows people what <see cref="McpConnections"/> holds, and takes from there what they ask for.</summary>
internal sealed class McpCatalog : IMcpCatalog, IDisposable
{
    private const int MaxResourceBytes = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly McpConnections connections;
    private readonly AgentStore agents;

    public McpCatalog(McpConnections connections, AgentStore agents)
    {
        this.connections = connections;
        this.agents = agents;
        connections.Changed += Tell;
    }

    public event Action<string>? Changed;

    public async Task<IReadOnlyList<McpServerStatus>> ReadAsync(string agentId, CancellationToken cancellationToken = default)
    {
        var servers = await ServersAsync(agentId, cancellationToken);
        var status = new List<McpServerStatus>(servers.Count);
        foreach (var server in servers) status.Add(StatusOf(server, await connections.FindAsync(agentId, server.Name)));
        return status;
    }

    public async Task ConnectAsync(string agentId, TimeSpan patience, CancellationToken cancellationToken = default) =>
        await Task.WhenAll((await ServersAsync(agentId, cancellationToken)).Where(server => server.Enabled).Select(async server =>
        {
            try
            {
                if (await connections.FindAsync(agentId, server.Name) is { } connection) await connection.UseAsync(patience, cancellationToken);
            }
            catch (McpUnavailableException)
            {
                // Its state says so, and why.
            }
        }));

    public async Task RestartAsync(string agentId, string server, CancellationToken cancellationToken = default) =>
        (await RequireAsync(agentId, server, cancellationToken)).Restart();

    public async Task<IReadOnlyList<McpLogLine>> ReadLogAsync(string agentId, string server, CancellationToken cancellationToken = default)
    {
        await RequireServerAsync(agentId, server, cancellationToken);
        return await connections.FindAsync(agentId, server) is { } connection ? connection.Log.Lines : [];
    }

    public async Task<string> FillPromptAsync(
        string agentId, string? server, string prompt, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken = default)
    {
        var (connection, session) = await OpenAsync(agentId, server, lists => lists.Prompts.Any(known => known.Name == prompt), "prompt", prompt, cancellationToken);
        return await AskAsync(connection, async () => connection.Clean(McpResultText.Of(await session.PromptAsync(prompt, arguments, cancellationToken))), cancellationToken);
    }

    public async Task<McpResourceContent> ReadResourceAsync(string agentId, string? server, string address, CancellationToken cancellationToken = default)
    {
        var (connection, session) = await OpenAsync(agentId, server, lists => lists.Resources.Any(known => known.Uri == address), "resource", address, cancellationToken);
        var read = await AskAsync(connection, async () => await session.ReadAsync(address, cancellationToken), cancellationToken);
        return ContentOf(connection, address, read);
    }

    public void Dispose() => connections.Changed -= Tell;

    private void Tell(string agentId) => Changed?.Invoke(agentId);

    private async ValueTask<IReadOnlyList<McpServerDefinition>> ServersAsync(string agentId, CancellationToken cancellationToken) =>
        (await agents.FindAsync(agentId, cancellationToken))?.McpServers ?? [];

    private async ValueTask<McpServerDefinition> RequireServerAsync(string agentId, string server, CancellationToken cancellationToken) =>
        (await ServersAsync(agentId, cancellationToken)).FirstOrDefault(known => known.Name == server) ?? throw RefusedException.NotFound("MCP server", server);

    private async Task<McpConnection> RequireAsync(string agentId, string server, CancellationToken cancellationToken)
    {
        await RequireServerAsync(agentId, server, cancellationToken);
        return await connections.FindAsync(agentId, server) ?? throw RefusedException.Conflict("mcp_disabled", $"The MCP server {server} is switched off for this agent.");
    }

    /// <summary>The server that is asked for; where none is named, the first that offers the thing. One that is named is asked also for what it does not list.</summary>
    private async Task<(McpConnection Connection, ServerSession Session)> OpenAsync(
        string agentId, string? server, Func<McpLists, bool> offers, string noun, string name, CancellationToken cancellationToken)
    {
        if (server is not null)
        {
            var named = await RequireAsync(agentId, server, cancellationToken);
            return (named, await UseAsync(named, cancellationToken));
        }

        await ConnectAsync(agentId, Patience, cancellationToken);
        foreach (var known in await ServersAsync(agentId, cancellationToken))
        {
            if (await connections.FindAsync(agentId, known.Name) is { } connection && offers(connection.Picture.Lists)) return (connection, await UseAsync(connection, cancellationToken));
        }

        throw RefusedException.NotFound(noun, name);
    }

    private static async Task<ServerSession> UseAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.UseAsync(Patience, cancellationToken);
        }
        catch (McpUnavailableException failure)
        {
            throw RefusedException.McpUnavailable(failure.Message);
        }
    }

    private static async Task<TAnswer> AskAsync<TAnswer>(McpConnection connection, Func<Task<TAnswer>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().WaitAsync(TimeSpan.FromSeconds(connection.Server.TimeoutS), cancellationToken);
        }
        catch (McpException refusal)
        {
            throw RefusedException.Unprocessable("mcp_refused", connection.Clean($"{connection.Server.Name} refused: {refusal.Message}"));
        }
        catch (TimeoutException)
        {
            throw RefusedException.McpUnavailable($"The MCP server {connection.Server.Name} did not answer within {connection.Server.TimeoutS} s.");
        }
        catch (IOException failure)
        {
            throw RefusedException.McpUnavailable(connection.Clean($"The connection to {connection.Server.Name} was lost: {failure.Message}"));
        }
    }

    private static McpResourceContent ContentOf(McpConnection connection, string address, ReadResourceResult read)
    {
        if (read.Contents.OfType<TextResourceContents>().ToList() is { Count: > 0 } texts)
        {
            var text = connection.Clean(string.Join("\n\n", texts.Select(part => part.Text)));
            return text.Length <= MaxResourceBytes ? new McpResourceContent(address, texts[0].MimeType, text, null) : throw TooLarge(address);
        }

        return read.Contents.OfType<BlobResourceContents>().FirstOrDefault() switch
        {
            { DecodedData.Length: > MaxResourceBytes } => throw TooLarge(address),
            { MimeType: { } type } image when type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) =>
                new McpResourceContent(address, type, null, Convert.ToBase64String(image.DecodedData.Span)),
            _ => throw RefusedException.Unprocessable("mcp_binary", $"{address} is neither text nor an image."),
        };
    }

    private static RefusedException TooLarge(string address) => RefusedException.TooLarge("uri", $"{address} is larger than a megabyte.");

    private static McpServerStatus StatusOf(McpServerDefinition server, McpConnection? connection)
    {
        if (connection is null) return new McpServerStatus(server.Name, server.Transport, McpServerState.Disabled);
        var (condition, lists) = connection.Picture;
        return new McpServerStatus(server.Name, server.Transport, condition.State)
        {
            Problem = condition.Problem,
            RetryAt = condition.RetryAt,
            Tools = [.. lists.Tools.Where(tool => server.Tools is null || server.Tools.Contains(tool.Name)).Select(tool =>
                new McpToolDescription(tool.Name, tool.Description ?? tool.Title ?? "", McpTool.RiskOf(server, tool)))],
            Resources = [.. lists.Resources.Select(resource => new McpResourceDescription(resource.Uri, resource.Title ?? resource.Name, resource.Description, resource.MimeType))],
            Prompts = [.. lists.Prompts.Select(prompt => new McpPromptDescription(
                prompt.Name, prompt.Description ?? prompt.Title, [.. prompt.Arguments?.Select(argument => new McpPromptArgument(argument.Name, argument.Description, argument.Required is true)) ?? []]))],
        };
    }
}
