namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>How a connection stands at one moment.</summary>
/// <param name="State">Which way.</param>
/// <param name="Problem">Why it failed, in words; null otherwise.</param>
/// <param name="RetryAt">When it is tried again; null where nothing failed.</param>
internal sealed record McpCondition(McpServerState State, string? Problem = null, DateTimeOffset? RetryAt = null)
{
    public static McpCondition Idle { get; } = new(McpServerState.Idle);

    public static McpCondition Connecting { get; } = new(McpServerState.Connecting);

    public static McpCondition Ready { get; } = new(McpServerState.Ready);
}

/// <summary>A server cannot be used now; the message says which and why, for the model and for people.</summary>
internal sealed class McpUnavailableException(string server, string why) : Exception($"The MCP server {server} is not available: {why.TrimEnd('.')}.")
{
    public string Why { get; } = why;
}
