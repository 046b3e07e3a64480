using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>The work folder of a task, for people to look into.</summary>
internal static class TaskFolder
{
    /// <exception cref="RefusedException"><c>work_dir_moved</c>: its path leads elsewhere now.</exception>
    public static WorkDirectory Of(AgentTask task, DataDirectory data)
    {
        var directory = new WorkDirectory(task.WorkDir, [], data.Path);
        try
        {
            directory.Resolve(".");
            return directory;
        }
        catch (ToolException refusal)
        {
            throw RefusedException.Conflict("work_dir_moved", refusal.Message);
        }
    }
}
