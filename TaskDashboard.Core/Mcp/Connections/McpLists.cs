using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>What a server offers.</summary>
/// <param name="Tools">Its tools.</param>
/// <param name="Resources">Its resources.</param>
/// <param name="Prompts">Its prompts.</param>
internal sealed record McpLists(IReadOnlyList<Tool> Tools, IReadOnlyList<Resource> Resources, IReadOnlyList<Prompt> Prompts)
{
    public static McpLists Nothing { get; } = new([], [], []);

    /// <summary>Asks for all of it; what the server does not know how to offer stays empty.</summary>
    public static async Task<McpLists> ReadAsync(McpClient client, CancellationToken cancellationToken)
    {
        var can = client.ServerCapabilities;
        var tools = can.Tools is null ? [] : await client.ListToolsAsync(cancellationToken: cancellationToken);
        var resources = can.Resources is null ? [] : await client.ListResourcesAsync(cancellationToken: cancellationToken);
        var prompts = can.Prompts is null ? [] : await client.ListPromptsAsync(cancellationToken: cancellationToken);
        return new McpLists([.. tools.Select(tool => tool.ProtocolTool)], [.. resources.Select(resource => resource.ProtocolResource)], [.. prompts.Select(prompt => prompt.ProtocolPrompt)]);
    }
}
