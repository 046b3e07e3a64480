using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Agents;

/// <summary>Takes agents away together with the work that they are at. Safe for threads.</summary>
public interface IAgentRemoval
{
    /// <summary>The live tasks that a removal would cancel: the agent's own, those of others that a trigger has it work on, and everything that is live below them. From memory and the store; changes nothing.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task<IReadOnlyList<AgentTask>> ListLiveAsync(string agentId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels the agent's live tasks, with everything below them, and then removes it. Its ended tasks stay, and keep its name. From when this is
    /// called the agent is given nothing more; when it fails, the agent is as it was, less the tasks that were cancelled.
    /// </summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="by">Who asked, for the reason that people read at the cancelled tasks; such as "you".</param>
    /// <param name="cancellationToken">Gives up between two tasks.</param>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>store_unavailable</c>.</exception>
    Task<RemovedAgent> RemoveAsync(string agentId, string by, CancellationToken cancellationToken = default);
}

/// <summary>What a removal did.</summary>
/// <param name="CancelledCount">How many live tasks were cancelled.</param>
public sealed record RemovedAgent(int CancelledCount);

/// <inheritdoc cref="IAgentRemoval"/>
internal sealed class AgentRemoval(Store store, AgentStore agents, AgentAdmission admission, TaskService tasks) : IAgentRemoval
{
    public async Task<IReadOnlyList<AgentTask>> ListLiveAsync(string agentId, CancellationToken cancellationToken = default)
    {
        await RequireAsync(agentId, cancellationToken);
        var found = new Dictionary<string, AgentTask>(StringComparer.Ordinal);
        foreach (var task in LiveTasksOf(agentId))
        {
            // Below one that has ended since, too, there may be something at work.
            foreach (var one in await store.Reader.ListTreeAsync(task.Id, cancellationToken))
            {
                if (!one.Status.IsTerminal()) found.TryAdd(one.Id, one);
            }
        }

        return [.. found.Values.OrderBy(task => task.Key)];
    }

    public async Task<RemovedAgent> RemoveAsync(string agentId, string by, CancellationToken cancellationToken = default)
    {
        await RequireAsync(agentId, cancellationToken);
        using var closed = admission.Close(agentId);

        // Behind this, whatever was given to it before is committed, and can be seen.
        await store.Writer.EnqueueAsync(_ => true, WritePatience.WhileSomebodyWaits);
        var cancelled = 0;
        foreach (var task in LiveTasksOf(agentId)) cancelled += await CancelAsync(task, by, cancellationToken);
        return await agents.DeleteAsync(agentId, cancellationToken) ? new RemovedAgent(cancelled) : throw RefusedException.NotFound("agent", agentId);
    }

    private async Task<int> CancelAsync(AgentTask task, string by, CancellationToken cancellationToken)
    {
        try
        {
            return (await tasks.CancelAsync(task.Id, CancelScope.Tree, by, cancellationToken)).CancelledCount;
        }
        catch (RefusedException refusal) when (refusal.Code is "task_terminal" or "not_found")
        {
            // It ended or was deleted by itself, or went down with one above it.
            return 0;
        }
    }

    private List<AgentTask> LiveTasksOf(string agentId) => [.. store.Live.All.Where(task => task.AgentId == agentId || task.RunAgentId == agentId).OrderBy(task => task.Key)];

    private async ValueTask RequireAsync(string agentId, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId, cancellationToken) is null) throw RefusedException.NotFound("agent", agentId);
    }
}
