using TaskDashboard.Core.Agents;

namespace TaskDashboard.Core.Runs;

/// <summary>A bound that a run is held to, with where it is set: the smaller one of the agent's and the server's.</summary>
/// <param name="Value">The bound.</param>
/// <param name="Place">Where it is set, for the sentence that people read.</param>
internal readonly record struct RunBound<TValue>(TValue Value, string Place)
    where TValue : struct, IComparable<TValue>
{
    /// <summary>The smaller one of the two; null where neither says anything.</summary>
    /// <param name="agent">Whose limit the first one is.</param>
    /// <param name="ofAgent">The agent's.</param>
    /// <param name="key">The server's setting under <c>TaskDashboard:Limits</c>.</param>
    /// <param name="ofServer">Its value.</param>
    public static RunBound<TValue>? Smaller(AgentDefinition agent, TValue? ofAgent, string key, TValue? ofServer) => (ofAgent, ofServer) switch
    {
        ({ } own, { } other) when own.CompareTo(other) < 0 => new(own, OfAgent(agent)),
        (_, { } other) => new(other, $"TaskDashboard:Limits:{key}"),
        ({ } own, null) => new(own, OfAgent(agent)),
        _ => null,
    };

    private static string OfAgent(AgentDefinition agent) => $"limits of the agent {agent.Name}";
}
