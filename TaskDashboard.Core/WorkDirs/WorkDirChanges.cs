using System.Globalization;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>Compares work folders with their baselines. Reads only; safe for threads.</summary>
internal sealed class WorkDirChanges(Store store, WorkDirBaselines baselines, GitTree git) : IWorkDirChanges
{
    private const int MaxItems = 1_000;

    /// <summary>How much text is compared for one list, in UTF-16 units of both versions.</summary>
    private const long MaxCompared = 16 * 1024 * 1024;

    public async Task<FileChanges> ListAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var task = await FindTaskAsync(taskId, cancellationToken);
        if (await baselines.FindAsync(taskId, cancellationToken) is not { } baseline || !Directory.Exists(task.WorkDir)) return FileChanges.None;
        var note = baseline.Note;
        var items = new List<FileChange>();
        var room = MaxCompared;
        await foreach (var (path, before, after) in CompareAsync(task, baseline, null, cancellationToken))
        {
            if (items.Count == MaxItems)
            {
                note = string.Create(CultureInfo.InvariantCulture, $"More files changed than are listed; these are the first {MaxItems:N0}.");
                break;
            }

            room -= (before.Text?.Length ?? 0) + (after.Text?.Length ?? 0);
            var change = LineChanges.Of(path, room > 0 ? before : before with { IsTooLarge = true }, after);
            if (change is not null) items.Add(change);
        }

        return new FileChanges(items, items.Sum(item => item.Added ?? 0), items.Sum(item => item.Removed ?? 0), note);
    }

    public async Task<FileDifference> FindAsync(string taskId, string path, CancellationToken cancellationToken = default)
    {
        var task = await FindTaskAsync(taskId, cancellationToken);
        if (await baselines.FindAsync(taskId, cancellationToken) is { } baseline && Directory.Exists(task.WorkDir))
        {
            var plain = PlainPath(path);
            await foreach (var (found, before, after) in CompareAsync(task, baseline, plain, cancellationToken))
            {
                if (found == plain && LineChanges.Of(found, before, after) is { } change) return new FileDifference(change, LineChanges.Diff(before, after));
            }
        }

        throw RefusedException.NotFound("changed file", path);
    }

    private IAsyncEnumerable<(string Path, FileVersion Before, FileVersion After)> CompareAsync(AgentTask task, Baseline baseline, string? only, CancellationToken cancellationToken) =>
        baseline.Commit is { } commit ? CompareWithCommitAsync(task, baseline, commit, only, cancellationToken) : CompareWithCopiesAsync(task, baseline, only, cancellationToken);

    private async IAsyncEnumerable<(string Path, FileVersion Before, FileVersion After)> CompareWithCommitAsync(
        AgentTask task, Baseline baseline, string commit, string? only, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var directory = TaskFolder.Of(task, store.Directory);
        var differing = await ListDifferingAsync(task, commit, only, cancellationToken)
            ?? throw RefusedException.Conflict("git_failed", $"git cannot tell what changed in {task.WorkDir} since {commit}: is the repository still there?");
        var paths = differing.Keys.Concat(baseline.Files.Keys.Where(path => only is null || path == only)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(Baseline.MaxFiles).ToList();
        var blobs = paths.Where(path => !baseline.Files.ContainsKey(path)).Select(path => differing[path]).OfType<string>().ToHashSet();
        var contents = await git.ReadAsync(task.WorkDir, blobs, cancellationToken);
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = baseline.Files.TryGetValue(path, out var kept) ? baselines.Read(task.Id, kept)
                : differing[path] is { } blob ? contents.GetValueOrDefault(blob) ?? new FileVersion { IsBinary = true }
                : FileVersion.Absent;
            yield return (path, before, FileVersion.Read(directory, path));
        }
    }

    private async Task<IReadOnlyDictionary<string, string?>?> ListDifferingAsync(AgentTask task, string commit, string? only, CancellationToken cancellationToken)
    {
        try
        {
            return await git.ListDifferingAsync(task.WorkDir, commit, only, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What stands in .git is the agent's doing.
            throw RefusedException.Conflict("git_failed", $"What changed in {task.WorkDir} cannot be told, because its repository cannot be read: {failure.Message}");
        }
    }

    private async IAsyncEnumerable<(string Path, FileVersion Before, FileVersion After)> CompareWithCopiesAsync(
        AgentTask task, Baseline baseline, string? only, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var directory = TaskFolder.Of(task, store.Directory);
        var now = only is null ? await Task.Run(() => WorkDirListing.Files(directory).Take(Baseline.MaxFiles).ToList(), cancellationToken) : [only];
        foreach (var path in now.Union(baseline.Files.Keys.Where(path => only is null || path == only), StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var kept = baseline.Files.GetValueOrDefault(path);
            var file = new FileInfo(Path.Join(directory.Resolve(".").Full, path));
            if (kept is not null && file is { LinkTarget: null, Exists: true } && file.Length == kept.Size && file.LastWriteTimeUtc.Ticks == kept.ChangedAt) continue;

            // Beyond the bound nobody knows whether it was there before.
            if (kept is null && baseline.Note is not null && baseline.Files.Count >= Baseline.MaxFiles) continue;
            yield return (path, kept is null ? FileVersion.Absent : baselines.Read(task.Id, kept), FileVersion.Read(directory, path));
        }
    }

    private static string PlainPath(string path)
    {
        if (PathRules.Problem(path, OperatingSystem.IsWindows()) is { } problem) throw RefusedException.Validation("path", problem);
        return Path.IsPathRooted(path) || path.Split('/', '\\').Contains("..")
            ? throw RefusedException.Validation("path", "path has to be one of those in the list of changes: relative to the work folder.")
            : path;
    }

    private async ValueTask<AgentTask> FindTaskAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
}
