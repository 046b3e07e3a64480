using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Tasks;

/// <summary>What a command may ask for with a new task: no more than its own task could by its tools.</summary>
internal static class CommandOrder
{
    /// <summary>The order as it is carried out: below the command's task, so that the policies above it hold, and in its folders.</summary>
    /// <exception cref="RefusedException"><c>validation</c>: a folder is none of that task's.</exception>
    public static CreateTask Confine(CreateTask order, AgentTask task)
    {
        var errors = new Dictionary<string, string[]>();
        if (order.WorkDir is { } folder && !IsOf(task, folder)) errors["work_dir"] = [Problem("work_dir", folder)];
        if (order.AddDirs.Where(added => !IsOf(task, added)).Select(added => Problem("add_dirs", added)).ToArray() is { Length: > 0 } problems) errors["add_dirs"] = problems;
        if (errors.Count > 0) throw RefusedException.Validation(errors);
        return order with
        {
            ParentTaskId = task.Id,
            UserId = KnownUsers.Agent,
            EnableSkills = task.Settings.EnableSkills is false ? false : order.EnableSkills,
            EnableMcp = task.Settings.EnableMcp is false ? false : order.EnableMcp,
        };
    }

    private static bool IsOf(AgentTask task, string folder)
    {
        var real = RealPath.Of(folder);
        return task.Settings.AddDirs.Prepend(task.WorkDir).Any(own => Path.GetRelativePath(RealPath.Of(own), real) is var within && !Path.IsPathRooted(within) && within.Split(Path.DirectorySeparatorChar)[0] != "..");
    }

    private static string Problem(string field, string folder) =>
        $"{field} is \"{folder}\", which is none of the folders of the task whose command asks for this. Give one of those, or let a person give the task.";
}
