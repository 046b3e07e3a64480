namespace TaskDashboard.Core.Agents;

/// <summary>Tells what keeps something for agents that one was changed or removed. Safe for threads.</summary>
internal sealed class AgentChanges
{
    /// <summary>The agent with this id was saved or removed, and that is on disk. Raised on the caller's thread; must be quick, and must not throw.</summary>
    public event Action<string>? Changed;

    public void Tell(string agentId) => Changed?.Invoke(agentId);
}
