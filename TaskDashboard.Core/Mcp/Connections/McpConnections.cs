using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>
/// The connections of all agents, one for each agent and server. Follows the agents: what was changed is connected anew at its next use, what was
/// removed is closed, and all of it when the host stops. Safe for threads.
/// </summary>
internal sealed class McpConnections : IHostedService, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string AgentId, string Server), McpConnection> connections = [];
    private readonly HashSet<McpConnection> retiring = [];
    private readonly McpSurroundings around;
    private readonly AgentStore agents;
    private readonly AgentChanges changes;
    private readonly DataDirectory directory;
    private readonly ILogger<McpConnections> logger;
    private bool closed;

    public McpConnections(McpSurroundings around, AgentStore agents, AgentChanges changes, DataDirectory directory, ILogger<McpConnections> logger)
    {
        this.around = around;
        this.agents = agents;
        this.changes = changes;
        this.directory = directory;
        this.logger = logger;
        changes.Changed += Follow;
    }

    /// <summary>How a server of this agent stands, or what it offers, has changed. Raised on any thread.</summary>
    public event Action<string>? Changed;

    /// <summary>The connection of an agent to one of its servers, as the agent is now; made where there is none, and not opened by that.</summary>
    /// <returns>Null when the agent has no such server any more, may not use it, or the host stops.</returns>
    public async ValueTask<McpConnection?> FindAsync(string agentId, string server)
    {
        var agent = await agents.FindAsync(agentId);
        if (agent?.McpServers.FirstOrDefault(known => known.Name == server) is not { Enabled: true } definition) return null;
        lock (gate)
        {
            if (closed) return null;
            var key = (agentId, server);
            if (connections.TryGetValue(key, out var present) && present.Server.ConnectsLike(definition) && present.Server.TimeoutS == definition.TimeoutS) return present;
            if (present is not null) Retire(present);

            // Beside the work of the tasks: a server serves all of its agent's.
            var folder = Path.Combine(directory.Path, "mcp", agentId, server);
            return connections[key] = new McpConnection(definition, folder, around, () => Changed?.Invoke(agentId));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Behind the end of the runs: they may still have used them.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<Task> open;
        lock (gate)
        {
            closed = true;
            open = [.. connections.Values.Concat(retiring).Select(connection => connection.DisposeAsync().AsTask())];
            connections.Clear();
        }

        await Task.WhenAll(open).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        changes.Changed -= Follow;
        await StopAsync(CancellationToken.None);
    }

    private void Follow(string agentId) => _ = FollowAsync(agentId);

    private async Task FollowAsync(string agentId)
    {
        var agent = await agents.FindAsync(agentId);
        lock (gate)
        {
            foreach (var (key, connection) in connections.Where(entry => entry.Key.AgentId == agentId).ToList())
            {
                var definition = agent?.McpServers.FirstOrDefault(server => server.Name == key.Server);
                if (definition is { Enabled: true } && connection.Server.ConnectsLike(definition)) continue;
                connections.Remove(key);

                // A server that is only another one now lets calls come to their end; one that is gone does not.
                Retire(connection, atOnce: definition is null);
            }
        }

        Changed?.Invoke(agentId);
    }

    private void Retire(McpConnection connection, bool atOnce = false)
    {
        retiring.Add(connection);
        _ = RetireAsync(connection, atOnce);
    }

    private async Task RetireAsync(McpConnection connection, bool atOnce)
    {
        try
        {
            if (atOnce) await connection.DisposeAsync();
            else await connection.RetireAsync();
        }
#pragma warning disable CA1031 // A connection that cannot be closed in order must not keep the others from it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            logger.LogError(failure, "The connection to the MCP server {Server} could not be closed in order.", connection.Server.Name);
        }

        lock (gate) retiring.Remove(connection);
    }
}
