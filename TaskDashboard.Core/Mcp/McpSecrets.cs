using TaskDashboard.Core.Agents;

namespace TaskDashboard.Core.Mcp;

/// <summary>Keeps what is secret in the definition of a server from everybody who is shown it.</summary>
public static class McpSecrets
{
    /// <summary>Stands in place of a secret. Sent back, it means: as it was.</summary>
    public const string Mask = "••••";

    /// <summary>The agent as it may be shown.</summary>
    public static AgentDefinition WithoutSecrets(this AgentDefinition agent) =>
        agent.McpServers.Count == 0 ? agent : agent with { McpServers = [.. agent.McpServers.Select(WithoutSecrets)] };

    /// <summary>The server as it may be shown.</summary>
    public static McpServerDefinition WithoutSecrets(this McpServerDefinition server) =>
        server with { Environment = Masked(server.Environment), Headers = Masked(server.Headers) };

    /// <summary>Puts what is stored in the place of masks.</summary>
    /// <param name="values">As they were sent.</param>
    /// <param name="stored">As they are stored; null where nothing is.</param>
    /// <param name="missing">Names of those that are masked although nothing is stored for them.</param>
    public static IReadOnlyDictionary<string, string> Unmask(
        IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string>? stored, out IReadOnlyList<string> missing)
    {
        var unknown = new List<string>();
        var unmasked = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (value != Mask) unmasked[name] = value;
            else if (stored?.TryGetValue(name, out var kept) == true) unmasked[name] = kept;
            else unknown.Add(name);
        }

        missing = unknown;
        return unmasked;
    }

    /// <summary>What is empty is no secret, but that it is empty tells people that it is still to be given.</summary>
    private static Dictionary<string, string> Masked(IReadOnlyDictionary<string, string> values) =>
        values.ToDictionary(entry => entry.Key, entry => entry.Value.Length == 0 ? "" : Mask, StringComparer.Ordinal);
}
