using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>
/// Takes and keeps the baselines of tasks, under the data directory: copies of text files up to a bound, of the others size and time. One that was begun
/// and not finished in a crash is taken anew; the call before which it was taken had not begun then. Safe for threads.
/// </summary>
internal sealed class WorkDirBaselines(DataDirectory data, GitTree git, ILogger<WorkDirBaselines> logger)
{
    private const long MaxCopied = 16 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, Lazy<Task>> taking = new(StringComparer.Ordinal);

    /// <summary>Takes the baseline of a task if there is none; to be called before anything that could change the folder.</summary>
    public async Task EnsureAsync(AgentTask task, CancellationToken cancellationToken)
    {
        if (File.Exists(ManifestOf(task.Id))) return;
        var own = this.taking.GetOrAdd(task.Id, _ => new Lazy<Task>(() => TakeAsync(task)));
        try
        {
            await own.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (own.Value.IsCompleted) this.taking.TryRemove(KeyValuePair.Create(task.Id, own));
        }
    }

    /// <summary>Null where none was taken: the task has not come to change anything.</summary>
    public async Task<Baseline?> FindAsync(string taskId, CancellationToken cancellationToken)
    {
        if (!File.Exists(ManifestOf(taskId))) return null;
        await using var stream = File.OpenRead(ManifestOf(taskId));
        return await JsonSerializer.DeserializeAsync<Baseline>(stream, EventJson.Options, cancellationToken);
    }

    /// <summary>A file as the baseline has it.</summary>
    public FileVersion Read(string taskId, BaselineFile file)
    {
        if (file.Size < 0) return FileVersion.Absent;
        if (file.Copy is { } copy) return FileVersion.Of(File.ReadAllBytes(Path.Join(FolderOf(taskId), copy)));
        return file.IsBinary ? new FileVersion { Size = file.Size, IsBinary = true } : FileVersion.TooLarge(file.Size);
    }

    /// <summary>Removes what is kept for a task.</summary>
    public void Forget(string taskId)
    {
        if (Directory.Exists(FolderOf(taskId))) Directory.Delete(FolderOf(taskId), recursive: true);
    }

    private async Task TakeAsync(AgentTask task)
    {
        var folder = FolderOf(task.Id);
        Baseline baseline;
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            baseline = await Task.Run(() => LookAsync(task, folder));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ToolException)
        {
            // The call goes on: that its changes are not told is no reason not to make it.
            logger.LogWarning(failure, "The work folder of {TaskId} could not be looked at before it was changed; its changes are not told.", task.Id);
            baseline = new Baseline { Note = $"The work folder could not be looked at before the task changed it: {failure.Message}" };
        }

        try
        {
            Directory.CreateDirectory(folder);
            var temporary = ManifestOf(task.Id) + ".tmp";
            await File.WriteAllBytesAsync(temporary, JsonSerializer.SerializeToUtf8Bytes(baseline, EventJson.Options));
            File.Move(temporary, ManifestOf(task.Id), overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(failure, "What {TaskId} starts from could not be written down; its changes are not told.", task.Id);
        }
    }

    private async Task<Baseline> LookAsync(AgentTask task, string folder)
    {
        if (!Directory.Exists(task.WorkDir)) return new Baseline();
        var directory = new WorkDirectory(task.WorkDir, [], data.Path);
        if (task.Worktree is { } worktree) return new Baseline { Commit = worktree.Base };
        var copies = new Copies(folder);
        if (await git.FindHeadAsync(task.WorkDir, CancellationToken.None) is { } commit)
        {
            var differing = await git.ListDifferingAsync(task.WorkDir, commit, null, CancellationToken.None);
            if (differing is not null)
            {
                var some = differing.Keys.Take(Baseline.MaxFiles).ToDictionary(path => path, path => copies.Take(directory, path), StringComparer.Ordinal);
                return new Baseline { Commit = commit, Files = some, Note = Bound(differing.Count) };
            }
        }

        var files = new Dictionary<string, BaselineFile>(StringComparer.Ordinal);
        var all = WorkDirListing.Files(directory).Take(Baseline.MaxFiles + 1).ToList();
        foreach (var path in all.Take(Baseline.MaxFiles)) files[path] = copies.Take(directory, path);
        return new Baseline { Files = files, Note = Bound(all.Count) };
    }

    private static string? Bound(int count) => count <= Baseline.MaxFiles
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"The folder has more files than are looked at; changes are told of the first {Baseline.MaxFiles:N0}.");

    private string FolderOf(string taskId) => Path.Join(data.Path, "snapshots", taskId);

    private string ManifestOf(string taskId) => Path.Join(FolderOf(taskId), "manifest.json");

    /// <summary>Copies contents as long as there is room.</summary>
    private sealed class Copies(string folder)
    {
        private long room = MaxCopied;
        private int count;

        public BaselineFile Take(WorkDirectory directory, string path)
        {
            var full = Path.Join(directory.Resolve(".").Full, path);
            var file = new FileInfo(full);
            if (!file.Exists && file.LinkTarget is null) return BaselineFile.Missing;
            var version = FileVersion.Read(directory, path);
            if (version.Text is not { } text || version.Size > room) return new BaselineFile(Math.Max(version.Size, 0), file.LastWriteTimeUtc.Ticks, null, version.IsBinary);
            var name = string.Create(CultureInfo.InvariantCulture, $"{++count}.txt");
            File.WriteAllText(Path.Join(folder, name), text);
            room -= version.Size;
            return new BaselineFile(version.Size, file.LastWriteTimeUtc.Ticks, name);
        }
    }
}
