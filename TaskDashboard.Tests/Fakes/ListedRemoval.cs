using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Says which tasks are live as it is told, and writes down what is removed.</summary>
internal sealed class ListedRemoval : IAgentRemoval
{
    public List<AgentTask> Live { get; } = [];

    public List<string> Removed { get; } = [];

    public Task<IReadOnlyList<AgentTask>> ListLiveAsync(string agentId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<AgentTask>>(Live);

    public Task<RemovedAgent> RemoveAsync(string agentId, string by, CancellationToken cancellationToken = default)
    {
        Removed.Add(agentId);
        return Task.FromResult(new RemovedAgent(Live.Count));
    }
}
