using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Mcp;

/// <summary>A tool of a server as an agent gets it.</summary>
internal sealed class McpTool : AIFunction
{
    /// <summary>How long a call waits for a connection that was lost since the run began.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Func<ValueTask<McpConnection?>> connection;
    private readonly McpServerDefinition server;
    private readonly Tool tool;

    private McpTool(string name, McpServerDefinition server, Tool tool, Func<ValueTask<McpConnection?>> connection)
    {
        Name = name;
        this.server = server;
        this.tool = tool;
        this.connection = connection;
    }

    public override string Name { get; }

    public override string Description => tool.Description ?? tool.Title ?? tool.Annotations?.Title ?? "";

    public override JsonElement JsonSchema => tool.InputSchema;

    /// <param name="name">As the model knows it.</param>
    /// <param name="server">Whose it is.</param>
    /// <param name="tool">What the server says of it.</param>
    /// <param name="connection">Finds the connection when it is called; null when there is to be none any more.</param>
    public static AgentTool Bind(string name, McpServerDefinition server, Tool tool, Func<ValueTask<McpConnection?>> connection) =>
        new(new McpTool(name, server, tool, connection), RiskOf(server, tool), arguments => $"{server.Name}: {tool.Name}({ToolTitle.All(arguments)})");

    /// <summary>What a tool can do at worst: the definition's word, else the server's, and without one the worst that is likely.</summary>
    public static ToolRisk RiskOf(McpServerDefinition server, Tool tool) => (server.Risk, tool.Annotations) switch
    {
        ({ } risk, _) => risk,
        (_, { ReadOnlyHint: true }) => ToolRisk.Read,
        (_, { OpenWorldHint: true, DestructiveHint: not true }) => ToolRisk.Network,
        _ => ToolRisk.Execute,
    };

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        if (await connection() is not { } line) throw new ToolException($"The MCP server {server.Name} was taken from this agent.");
        try
        {
            var session = await line.UseAsync(Patience, cancellationToken);
            var result = await session.CallAsync(tool.Name, arguments, cancellationToken);
            var text = line.Clean(McpResultText.Of(result));
            return result.IsError is true ? throw new ToolException(text.Length > 0 ? text : $"{server.Name} says that the call failed.") : text;
        }
        catch (McpUnavailableException failure)
        {
            throw new ToolException(failure.Message, failure);
        }
        catch (TimeoutException failure)
        {
            throw new ToolException($"{failure.Message} The call was given up; nobody knows what it did.", failure);
        }
        catch (McpException failure)
        {
            throw new ToolException(line.Clean(failure.Message), failure);
        }
        catch (IOException failure)
        {
            throw new ToolException(line.Clean($"The connection to {server.Name} was lost during the call; nobody knows what it did: {failure.Message}"), failure);
        }
    }
}
