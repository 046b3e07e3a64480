using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Tools;

/// <summary>
/// Tools that are not the same for every agent: which there are is found out at the start of each run, from the agent and the task. Registered as a
/// singleton; called on any thread.
/// </summary>
public interface IRunToolSource
{
    /// <summary>Finds the tools for one run. What cannot be had is left out and said in <see cref="RunTools.Instructions"/>: the run goes on without it.</summary>
    /// <param name="agent">The agent that works.</param>
    /// <param name="task">The task that it works on.</param>
    /// <param name="context">Where the tools work.</param>
    /// <param name="cancellationToken">Fires when the run has to end.</param>
    ValueTask<RunTools> CreateAsync(AgentDefinition agent, AgentTask task, ToolContext context, CancellationToken cancellationToken);
}

/// <summary>What a source adds to a run.</summary>
/// <param name="Tools">Its tools.</param>
/// <param name="Instructions">What the model has to know about them, behind the agent's own instructions; empty for nothing.</param>
public sealed record RunTools(IReadOnlyList<AgentTool> Tools, string Instructions)
{
    /// <summary>Nothing to add.</summary>
    public static RunTools None { get; } = new([], "");
}
