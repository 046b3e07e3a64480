using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Mcp;

/// <summary>Servers in memory, as a page sees them.</summary>
internal sealed class ListedMcp : IMcpCatalog
{
    private int readings;
    private Action? behindReading;

    public event Action<string>? Changed;

    public List<McpServerStatus> Servers { get; } = [];

    public List<McpLogLine> Log { get; } = [];

    public List<string> Restarted { get; } = [];

    public List<(string Prompt, IReadOnlyDictionary<string, string> Arguments)> Filled { get; } = [];

    public void Tell(string agentId) => Changed?.Invoke(agentId);

    /// <summary>Happens once, behind the next reading and before it is answered.</summary>
    public void BehindReading(Action happens) => behindReading = happens;

    /// <summary>How often somebody read how they stand.</summary>
    public int Readings => Volatile.Read(ref readings);

    public Task<IReadOnlyList<McpServerStatus>> ReadAsync(string agentId, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref readings);
        IReadOnlyList<McpServerStatus> found = agentId == "agent_a" ? [.. Servers] : [];
        Interlocked.Exchange(ref behindReading, null)?.Invoke();
        return Task.FromResult(found);
    }

    public Task ConnectAsync(string agentId, TimeSpan patience, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task RestartAsync(string agentId, string server, CancellationToken cancellationToken = default)
    {
        Restarted.Add(server);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<McpLogLine>> ReadLogAsync(string agentId, string server, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<McpLogLine>>([.. Log]);

    public Task<string> FillPromptAsync(
        string agentId, string? server, string prompt, IReadOnlyDictionary<string, string> arguments, CancellationToken cancellationToken = default)
    {
        Filled.Add((prompt, arguments));
        return Task.FromResult($"{prompt}: {string.Join(", ", arguments.Values)}");
    }

    public Task<McpResourceContent> ReadResourceAsync(string agentId, string? server, string address, CancellationToken cancellationToken = default) => address switch
    {
        "test://text" => Task.FromResult(new McpResourceContent(address, "text/plain", "Its ``` text", null)),
        "test://image" => Task.FromResult(new McpResourceContent(address, "image/png", null, "AQID")),
        _ => throw RefusedException.NotFound("resource", address),
    };
}
