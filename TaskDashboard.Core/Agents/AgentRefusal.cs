using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Agents;

/// <summary>Why an agent does not take what it is given.</summary>
internal static class AgentRefusal
{
    public static RefusedException Archived(string name) =>
        RefusedException.Conflict("agent_archived", $"The agent {name} is archived and takes no new tasks. Bring it back on the Agents page, or give the task to another agent. Nothing was stored.");

    public static RefusedException Gone(string name) =>
        RefusedException.Conflict("agent_gone", $"The agent {name} no longer exists. Create a new task with another agent.");

    /// <param name="name">The agent.</param>
    /// <param name="problems">What is wrong with its own folders, by field.</param>
    public static RefusedException Folders(string name, IReadOnlyDictionary<string, string[]> problems) => RefusedException.Validation(problems.ToDictionary(
        problem => problem.Key,
        problem => problem.Value.Select(text => $"The folders that the agent {name} works in by default cannot be used: {text} Name others for the task, or change the agent.").ToArray()));
}
