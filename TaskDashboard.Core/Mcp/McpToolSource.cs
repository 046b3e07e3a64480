using System.Text;
using ModelContextProtocol;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Mcp;

/// <summary>The tools of an agent's servers. A server that cannot be had within fifteen seconds is left out of the run, and the model is told so.</summary>
internal sealed class McpToolSource(McpConnections connections) : IRunToolSource
{
    private const int MaxInstructions = 4_000;

    /// <summary>How long the start of a run waits for its servers, all together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async ValueTask<RunTools> CreateAsync(AgentDefinition agent, AgentTask task, ToolContext context, CancellationToken cancellationToken)
    {
        var servers = agent.McpServers.Where(server => server.Enabled).ToList();
        if (servers.Count == 0 || task.EnableMcp == false) return RunTools.None;
        var found = await Task.WhenAll(servers.Select(server => OpenAsync(agent, server, cancellationToken)));
        var names = new HashSet<string>(agent.Tools, StringComparer.Ordinal);
        var tools = new List<AgentTool>();
        var words = new StringBuilder();
        foreach (var (server, session, problem) in found)
        {
            if (session is null)
            {
                words.AppendLine(problem).AppendLine("Its tools are missing in this run: do without them, and say so where that matters.");
                continue;
            }

            var wanted = session.Lists.Tools.Where(tool => server.Tools is null || server.Tools.Contains(tool.Name));
            tools.AddRange(wanted.Select(tool => McpTool.Bind(McpToolName.Make(server.Name, tool.Name, names), server, tool, () => connections.FindAsync(agent.Id, server.Name))));
            if (new ServerSecrets(server).Clean(session.Instructions ?? "") is not { Length: > 0 } said) continue;
            words.Append("What the MCP server ").Append(server.Name).AppendLine(" says of its tools:").AppendLine(said.Length <= MaxInstructions ? said : said[..MaxInstructions]);
        }

        return new RunTools(tools, words.ToString().TrimEnd());
    }

    private async Task<(McpServerDefinition Server, ServerSession? Session, string? Problem)> OpenAsync(AgentDefinition agent, McpServerDefinition server, CancellationToken cancellationToken)
    {
        if (await connections.FindAsync(agent.Id, server.Name) is not { } connection) return (server, null, $"The MCP server {server.Name} is not available: it was taken from this agent.");
        try
        {
            var session = await connection.UseAsync(Patience, cancellationToken);
            await session.FreshenAsync(Patience, cancellationToken);
            return (server, session, null);
        }
        catch (McpUnavailableException failure)
        {
            return (server, null, failure.Message);
        }
        catch (Exception failure) when (failure is McpException or IOException or TimeoutException)
        {
            return (server, null, connection.Clean($"The MCP server {server.Name} is not available: {failure.Message}"));
        }
    }
}
