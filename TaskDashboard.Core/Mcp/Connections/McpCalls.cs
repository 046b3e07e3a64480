using System.Text.Json.Nodes;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>
/// The calls that are under way on one connection. What a server asks in the middle of a call comes by the connection, not by the call: here is found
/// whose it is. Safe for threads.
/// </summary>
internal sealed class McpCalls
{
    private readonly Lock gate = new();
    private readonly List<(string Token, McpCall Call)> calls = [];

    public int Count
    {
        get { lock (gate) return calls.Count; }
    }

    /// <param name="token">The token that the call was sent with.</param>
    /// <param name="call">The call.</param>
    public void Add(string token, McpCall call)
    {
        lock (gate) calls.Add((token, call));
    }

    public void Remove(McpCall call)
    {
        lock (gate) calls.RemoveAll(known => ReferenceEquals(known.Call, call));
    }

    /// <summary>The call that a request of the server belongs to: the one that it names, or the newest one. Null when none is under way.</summary>
    /// <param name="meta">What the server sent along.</param>
    public McpCall? Find(JsonObject? meta)
    {
        var named = meta?["progressToken"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        lock (gate)
        {
            return named is not null && calls.Find(known => known.Token == named) is { Call: { } call } ? call : calls.Count == 0 ? null : calls[^1].Call;
        }
    }
}
