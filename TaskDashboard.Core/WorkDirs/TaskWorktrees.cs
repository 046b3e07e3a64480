using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>
/// Git worktrees of tasks: planned when a task is stored, made when its first run begins, gone with the task. Beside each lies a note of whose it is,
/// so that one whose task was deleted in the moment of a crash is found at the next start. Safe for threads.
/// </summary>
internal sealed class TaskWorktrees(DataDirectory data, GitCommand git, ILogger<TaskWorktrees> logger)
{
    private string Home => Path.Join(data.Path, "worktrees");

    /// <summary>Where a task will work that wants a worktree of the repository that a folder is in. Makes nothing yet.</summary>
    /// <param name="workDir">The folder.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="from">Branches or commits to begin at, in order of preference; where none of them is there, the head.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">The folder is in no repository, the repository has no commit, or git is not there.</exception>
    public async Task<(string WorkDir, TaskWorktree Worktree)> PlanAsync(string workDir, string taskId, IReadOnlyList<string> from, CancellationToken cancellationToken)
    {
        var folder = RealPath.Of(workDir);
        var top = await git.RunAsync(folder, ["rev-parse", "--show-toplevel"], cancellationToken);
        if (!top.Succeeded) throw Refuse($"worktree needs a work_dir inside a git repository, and {workDir} is in none that git can use: {top.Text}");
        var repository = top.Line;
        GitAnswer head = null!;
        foreach (var begin in from.Append("HEAD"))
        {
            head = await git.RunAsync(repository, ["rev-parse", "--verify", "--quiet", "--end-of-options", begin + "^{commit}"], cancellationToken);
            if (head.Succeeded) break;
        }

        if (!head.Succeeded) throw Refuse($"worktree needs a commit to begin at, and the repository {repository} has none yet. Commit something first.");
        var within = Path.GetRelativePath(repository, folder);
        var place = FolderOf(taskId);
        return (within == "." ? place : Path.Join(place, within), new TaskWorktree(repository, $"task/{taskId[^12..]}", head.Line));
    }

    /// <summary>Which folder of its repository a task with a worktree works in; the repository itself where that folder is in its worktree alone.</summary>
    public string FolderInRepository(AgentTask task, TaskWorktree worktree)
    {
        var within = Path.GetRelativePath(FolderOf(task.Id), task.WorkDir);
        var folder = within == "." ? worktree.Repository : Path.Join(worktree.Repository, within);
        return Directory.Exists(folder) ? folder : worktree.Repository;
    }

    /// <summary>Makes the worktree of a task, if it has one that is not there.</summary>
    /// <exception cref="IOException">git could not; the message says why.</exception>
    public async Task EnsureAsync(AgentTask task, CancellationToken cancellationToken)
    {
        if (task.Worktree is not { } worktree) return;
        var folder = FolderOf(task.Id);
        if (!Directory.Exists(Path.GetDirectoryName(NoteOf(task.Id)))) Directory.CreateDirectory(Home);
        if (File.Exists(Path.Join(folder, ".git")) && !File.Exists(MarkOf(task.Id)))
        {
            Directory.CreateDirectory(task.WorkDir);
            return;
        }

        // The note first: what is made without it would be nobody's after a crash.
        await File.WriteAllTextAsync(NoteOf(task.Id), JsonSerializer.Serialize(worktree, EventJson.Options), cancellationToken);
        await File.WriteAllTextAsync(MarkOf(task.Id), "", cancellationToken);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        await git.RunAsync(worktree.Repository, ["worktree", "prune"], cancellationToken);
        var known = await git.RunAsync(worktree.Repository, ["rev-parse", "--verify", "--quiet", $"refs/heads/{worktree.Branch}^{{commit}}"], cancellationToken);
        string[] order = known.Succeeded ? [folder, worktree.Branch] : ["-b", worktree.Branch, folder, worktree.Base];
        Require(worktree, await git.RunAsync(worktree.Repository, ["worktree", "add", "--quiet", "--no-checkout", .. order], cancellationToken));
        await CheckOutAsync(folder, worktree, known.Succeeded ? known.Line : worktree.Base, cancellationToken);
        File.Delete(MarkOf(task.Id));

        // A folder that is not under version control is not in the worktree either.
        Directory.CreateDirectory(task.WorkDir);
    }

    /// <summary>The worktree that a folder is, or is in, whichever task's; null for another kind of folder.</summary>
    public async ValueTask<TaskWorktree?> FindOfAsync(string workDir, CancellationToken cancellationToken)
    {
        if (!workDir.StartsWith(Home + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return null;
        var note = NoteOf(Path.GetRelativePath(Home, workDir).Split(Path.DirectorySeparatorChar)[0]);
        return File.Exists(note) ? await ReadAsync(note, cancellationToken) : null;
    }

    /// <summary>Removes the worktree of a task that is gone. Its branch stays where it has commits of its own.</summary>
    public Task RemoveAsync(AgentTask task) => task.Worktree is { } worktree && File.Exists(NoteOf(task.Id)) ? RemoveAsync(task.Id, worktree) : Task.CompletedTask;

    /// <summary>Removes what tasks have left that are gone: the process ended between the two.</summary>
    public async Task RemoveLeftAsync(Func<string, Task<bool>> isThere, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Home)) return;
        foreach (var note in Directory.EnumerateFiles(Home, "*.json").ToList())
        {
            var taskId = Path.GetFileNameWithoutExtension(note);
            if (await isThere(taskId)) continue;
            if (await ReadAsync(note, cancellationToken) is { } worktree) await RemoveAsync(taskId, worktree);
        }
    }

    private async Task RemoveAsync(string taskId, TaskWorktree worktree)
    {
        var folder = FolderOf(taskId);
        try
        {
            if (Directory.Exists(worktree.Repository)) await RemoveFromRepositoryAsync(folder, worktree);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            File.Delete(MarkOf(taskId));
            File.Delete(NoteOf(taskId));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(failure, "The worktree of the deleted {TaskId} could not be removed; the next start tries again.", taskId);
        }
    }

    private async Task RemoveFromRepositoryAsync(string folder, TaskWorktree worktree)
    {
        // From the repository, not from the worktree, which an agent could have pointed elsewhere.
        var removed = await git.RunAsync(worktree.Repository, ["worktree", "remove", "--force", "--force", folder], CancellationToken.None);
        if (!removed.Succeeded)
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            await git.RunAsync(worktree.Repository, ["worktree", "prune"], CancellationToken.None);
        }

        var own = await git.RunAsync(worktree.Repository, ["rev-list", "--count", $"{worktree.Base}..refs/heads/{worktree.Branch}"], CancellationToken.None);
        if (own is { Succeeded: true, Line: "0" }) await git.RunAsync(worktree.Repository, ["branch", "--quiet", "-D", worktree.Branch], CancellationToken.None);
    }

    /// <summary>
    /// Puts the files there under a configuration of our own. That of the repository names programs as filters, and has ways to bring them in only for
    /// the worktree's branch, so that they are not to be found before; files come as they are stored, large ones of git-lfs as their pointers.
    /// </summary>
    private async Task CheckOutAsync(string folder, TaskWorktree worktree, string commit, CancellationToken cancellationToken)
    {
        using var files = BorrowedRepository.Of(folder, data, commit) ?? throw new IOException($"The worktree of {worktree.Repository} is gone in the moment in which it was made.");
        files.LeaveFiltersOut();
        Require(worktree, await git.RunAsync(folder, [.. files.Arguments, "read-tree", commit], cancellationToken));
        Require(worktree, await git.RunAsync(folder, [.. files.Arguments, "checkout-index", "--quiet", "--all", "--force", "--index"], cancellationToken));
        files.KeepIndex();
    }

    private static void Require(TaskWorktree worktree, GitAnswer answer)
    {
        if (!answer.Succeeded) throw new IOException($"The worktree of {worktree.Repository} could not be made: {answer.Text}");
    }

    private async Task<TaskWorktree?> ReadAsync(string note, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<TaskWorktree>(await File.ReadAllTextAsync(note, cancellationToken), EventJson.Options);
        }
        catch (JsonException damaged)
        {
            logger.LogWarning(damaged, "The note {Note} about a worktree cannot be read; remove it together with the folder beside it.", note);
            return null;
        }
    }

    private string FolderOf(string taskId) => Path.Join(Home, taskId);

    private string NoteOf(string taskId) => Path.Join(Home, taskId + ".json");

    /// <summary>There while the worktree is being made: behind a crash it says that not all files are there yet.</summary>
    private string MarkOf(string taskId) => Path.Join(Home, taskId + ".making");

    private static RefusedException Refuse(string why) => RefusedException.Validation("worktree", why);
}
