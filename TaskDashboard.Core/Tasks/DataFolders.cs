using TaskDashboard.Core.Access;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Keeps orders out of the data directory, where everybody's tasks are: of what is there only the work folders of tasks that the person of the order
/// may take part in can be given to another task: whoever works in a folder changes it.
/// </summary>
internal sealed class DataFolders(Store store, ChatAccess access)
{
    private static readonly string[] Homes = ["work", "worktrees"];

    /// <exception cref="RefusedException"><c>validation</c>.</exception>
    public async Task CheckAsync(CreateTask command, string? personId, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        if (command.WorkDir is { } workDir && !await IsOpenAsync(workDir, personId, cancellationToken)) errors["work_dir"] = [Refusal("work_dir", workDir)];
        foreach (var added in command.AddDirs)
        {
            if (!await IsOpenAsync(added, personId, cancellationToken)) errors["add_dirs"] = [Refusal("add_dirs", added)];
        }

        if (errors.Count > 0) throw RefusedException.Validation(errors);
    }

    /// <summary>
    /// Whether a task may still work where it was set to: not in the folder of somebody else's task once the person that it is for may not
    /// take part in that one's chat any more. A folder whose task was deleted is nobody's.
    /// </summary>
    public async ValueTask<bool> AreOpenAsync(AgentTask task, CancellationToken cancellationToken)
    {
        foreach (var folder in task.Settings.AddDirs.Prepend(task.WorkDir))
        {
            if (TaskOf(folder) is { } other && other != task.Id && await store.Reader.FindAsync(other, cancellationToken) is { } home && !IsOpenTo(task.PersonId, home)) return false;
        }

        return true;
    }

    /// <exception cref="RefusedException"><c>work_dir_closed</c>, as <see cref="AreOpenAsync"/> says.</exception>
    public async ValueTask RequireOpenAsync(AgentTask task, CancellationToken cancellationToken)
    {
        if (!await AreOpenAsync(task, cancellationToken))
            throw RefusedException.Conflict("work_dir_closed", "The task works in the folder of somebody else's task, which is not shared with you any more. Nothing was done.");
    }

    private async ValueTask<bool> IsOpenAsync(string folder, string? personId, CancellationToken cancellationToken)
    {
        if (Inside(folder) is null) return true;
        return TaskOf(folder) is { } taskId && await store.Reader.FindAsync(taskId, cancellationToken) is { } task && IsOpenTo(personId, task);
    }

    private bool IsOpenTo(string? personId, AgentTask task) => task.PersonId == personId || access.MayWrite(personId ?? KnownUsers.Local, task.Audience);

    /// <summary>The task in whose home a folder is; null for one that is elsewhere.</summary>
    private string? TaskOf(string folder) => Inside(folder)?.Split(Path.DirectorySeparatorChar) is [var home, var taskId, ..] && Homes.Contains(home, StringComparer.Ordinal) ? taskId : null;

    /// <summary>Where in the data directory a folder is; null for one that is not.</summary>
    private string? Inside(string folder)
    {
        var inside = Path.GetRelativePath(RealPath.Of(store.Directory.Path), RealPath.Of(folder));
        return Path.IsPathFullyQualified(inside) || inside == ".." || inside.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? null : inside;
    }

    private static string Refusal(string field, string folder) =>
        $"{field} is \"{folder}\", which belongs to this server and to no task of yours. Give another folder, or leave it away for one of the task's own.";
}
