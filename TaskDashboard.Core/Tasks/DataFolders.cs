using TaskDashboard.Core.Access;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Keeps orders out of the data directory, where everybody's tasks are: of what is there only the work folders of tasks that the person of the order
/// sees can be given to another task.
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

    private async ValueTask<bool> IsOpenAsync(string folder, string? personId, CancellationToken cancellationToken)
    {
        var inside = Path.GetRelativePath(RealPath.Of(store.Directory.Path), RealPath.Of(folder));
        if (Path.IsPathFullyQualified(inside) || inside == ".." || inside.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return true;
        return inside.Split(Path.DirectorySeparatorChar) is [var home, var taskId, ..]
            && Homes.Contains(home, StringComparer.Ordinal)
            && await store.Reader.FindAsync(taskId, cancellationToken) is { } task
            && (task.PersonId == personId || access.MaySee(personId ?? KnownUsers.Local, task.Audience));
    }

    private static string Refusal(string field, string folder) =>
        $"{field} is \"{folder}\", which belongs to this server and to no task of yours. Give another folder, or leave it away for one of the task's own.";
}
