using System.Collections.Concurrent;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Agents;

/// <summary>
/// Whether an agent may be given work. Asked on the store's writer, together with the change that gives it work: who closes an agent and then waits for
/// the writer knows that all work that it was given before is committed, and that none comes behind. Safe for threads.
/// </summary>
internal sealed class AgentAdmission(AgentStore agents)
{
    private readonly ConcurrentDictionary<string, int> closed = new(StringComparer.Ordinal);

    /// <summary>False for one that is gone, or that is being removed.</summary>
    public bool IsThere(string agentId) => Find(agentId) is not null;

    /// <summary>False for one that is archived, too.</summary>
    public bool TakesNewTasks(string agentId) => Find(agentId) is { ArchivedAt: null };

    /// <summary>Gives it no more work, for as long as what is returned is not disposed.</summary>
    public IDisposable Close(string agentId)
    {
        closed.AddOrUpdate(agentId, 1, (_, count) => count + 1);
        return new Opening(this, agentId);
    }

    private AgentDefinition? Find(string agentId)
    {
        // Agents are answered from memory: nothing is waited for on the writer.
        var found = agents.FindAsync(agentId);
        return found.IsCompletedSuccessfully && closed.GetValueOrDefault(agentId) == 0 ? found.Result : null;
    }

    private sealed class Opening(AgentAdmission admission, string agentId) : IDisposable
    {
        private int done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref done, 1) == 0) admission.closed.AddOrUpdate(agentId, 0, (_, count) => count - 1);
        }
    }
}
