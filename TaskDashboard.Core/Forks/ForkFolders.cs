using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.Forks;

/// <summary>
/// Copies the own folder of a task for one that goes on from it, as it is now: two that worked in one folder would lose it with the first that is deleted. A note stands
/// beside it until the new task is stored, so that a folder whose task a crash kept away is found at the next start. Safe for threads.
/// </summary>
internal sealed class ForkFolders(DataDirectory data, ILogger<ForkFolders> logger)
{
    public const int MostFiles = 20_000;
    public const long MostBytes = 512L << 20;

    private string Home => Path.Join(data.Path, "forks");

    /// <summary>Whether a task works in a folder of its own that has something in it.</summary>
    public bool HasOwn(AgentTask task) => task.WorkDir == data.WorkDirOf(task.Id) && Directory.Exists(task.WorkDir);

    /// <summary>Copies the own folder of a task; links as they are, and not what is no file.</summary>
    /// <exception cref="RefusedException"><c>work_dir_too_large</c>, or the disk does not take it; then nothing is left of it.</exception>
    public async Task CopyAsync(AgentTask from, string taskId, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Home);
            await File.WriteAllTextAsync(NoteOf(taskId), "", cancellationToken);
            await Task.Run(() => new Copying(new WorkDirectory(from.WorkDir, [], data.Path), data.WorkDirOf(taskId), cancellationToken).Run(), cancellationToken);
        }
        catch (Exception failure)
        {
            GiveUp(taskId);
            if (failure is IOException or UnauthorizedAccessException) throw RefusedException.StoreUnavailable($"The work folder cannot be copied: {failure.Message}");
            throw;
        }
    }

    /// <summary>The task is stored: its folder stays.</summary>
    public void Keep(string taskId) => Try(taskId, () => File.Delete(NoteOf(taskId)));

    /// <summary>There will be no such task.</summary>
    public void GiveUp(string taskId) => Try(taskId, () =>
    {
        if (!File.Exists(NoteOf(taskId))) return;
        if (Directory.Exists(data.WorkDirOf(taskId))) Directory.Delete(data.WorkDirOf(taskId), recursive: true);
        File.Delete(NoteOf(taskId));
    });

    /// <summary>Removes folders whose task was not stored before a crash. Only at the start.</summary>
    public async Task SweepAsync(Func<string, Task<bool>> isThere)
    {
        if (!Directory.Exists(Home)) return;
        foreach (var taskId in Directory.EnumerateFiles(Home).Select(note => Path.GetFileName(note)!).ToList())
        {
            if (await isThere(taskId)) Keep(taskId);
            else GiveUp(taskId);
        }
    }

    private string NoteOf(string taskId) => Path.Join(Home, taskId);

    private void Try(string taskId, Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(failure, "What lies on the disk for {TaskId} could not be settled; the next start tries again.", taskId);
        }
    }

    private sealed class Copying(WorkDirectory source, string target, CancellationToken cancellationToken)
    {
        private int files;
        private long bytes;

        public void Run() => CopyFolder(source.Resolve(".").Full, target);

        private void CopyFolder(string from, string to)
        {
            Directory.CreateDirectory(to);
            foreach (var entry in FolderWalk.Entries(from))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++files > MostFiles) throw TooLarge();
                var place = Path.Join(to, entry.Name);

                // A link is checked when something goes by it, here as there.
                if (entry.LinkTarget is { } link) File.CreateSymbolicLink(place, link);
                else if (FolderWalk.IsLink(entry)) continue;
                else if (entry is DirectoryInfo) CopyFolder(entry.FullName, place);
                else CopyFile(entry.FullName, place);
            }
        }

        private void CopyFile(string from, string to)
        {
            try
            {
                using var content = source.OpenRead(source.Inside(from));
                bytes += content.Length;
                if (bytes > MostBytes) throw TooLarge();
                using var copy = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
                content.CopyTo(copy);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy.SafeFileHandle, File.GetUnixFileMode(content.SafeFileHandle));
            }
            catch (Exception failure) when (failure is ToolException or FileNotFoundException || (failure is IOException && !File.Exists(to)))
            {
                // Gone or swapped meanwhile, or a pipe: nothing that belongs to the folder as it is.
            }
        }

        private static RefusedException TooLarge() => RefusedException.Conflict(
            "work_dir_too_large", $"The task's own folder holds more than {MostFiles:N0} files or {MostBytes / (1 << 20)} MB, which is more than is copied. Remove what is not needed any more, or run the task anew. Nothing was stored.");
    }
}
