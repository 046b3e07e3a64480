using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>What servers offer is for everybody to see; to take from them it takes a member, and to restart one or read its log an owner.</summary>
internal sealed class CallerMcpCatalog(McpCatalog inner, ICallerSource source, AuditLog audit) : IMcpCatalog
{
    public event Action<string>? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public Task<IReadOnlyList<McpServerStatus>> ReadAsync(string agentId, CancellationToken cancellationToken = default) => inner.ReadAsync(agentId, cancellationToken);

    public Task ConnectAsync(string agentId, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        // It starts programs of the agent's: who only looks on sees what is known without.
        return source.Caller.Role < PersonRole.Member ? Task.CompletedTask : inner.ConnectAsync(agentId, patience, cancellationToken);
    }

    public async Task RestartAsync(string agentId, string server, CancellationToken cancellationToken = default)
    {
        CallerAgents.RequireOwner(source.Caller);
        await inner.RestartAsync(agentId, server, cancellationToken);
        audit.Append(source.Caller, AuditActions.McpRestarted, agentId, server);
    }

    public Task<IReadOnlyList<McpLogLine>> ReadLogAsync(string agentId, string server, CancellationToken cancellationToken = default)
    {
        CallerAgents.RequireOwner(source.Caller);
        return inner.ReadLogAsync(agentId, server, cancellationToken);
    }

    public Task<string> FillPromptAsync(string agentId, string? server, string prompt, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken = default)
    {
        RequireMember();
        return inner.FillPromptAsync(agentId, server, prompt, arguments, cancellationToken);
    }

    public Task<McpResourceContent> ReadResourceAsync(string agentId, string? server, string address, CancellationToken cancellationToken = default)
    {
        RequireMember();
        return inner.ReadResourceAsync(agentId, server, address, cancellationToken);
    }

    private void RequireMember()
    {
        if (source.Caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
    }
}
