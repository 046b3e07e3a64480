using ModelContextProtocol.Client;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>Reaches servers. Safe for threads.</summary>
internal interface IMcpTransports
{
    /// <summary>Starts the program, or gets ready to call the address.</summary>
    /// <param name="server">What to reach.</param>
    /// <param name="folder">The folder that a program works in; made if it is missing.</param>
    /// <param name="log">Hears what the server writes beside its answers, one line at a time.</param>
    /// <exception cref="Processes.ProcessStartException">The program could not be started.</exception>
    Task<McpLine> OpenAsync(McpServerDefinition server, string folder, Action<string> log);
}

/// <summary>A way to a server.</summary>
/// <param name="Transport">Over which the client speaks.</param>
/// <param name="CloseAsync">Ends what stands behind it, after the client is gone.</param>
internal sealed record McpLine(IClientTransport Transport, Func<ValueTask> CloseAsync)
{
    /// <summary>Why it broke, where that can be known: asked when it has.</summary>
    public Func<Task<string?>> WhyBrokenAsync { get; init; } = () => Task.FromResult<string?>(null);
}
