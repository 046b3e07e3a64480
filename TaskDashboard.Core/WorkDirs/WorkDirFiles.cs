using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>Reads work folders for people, by the rules that hold for tools. Safe for threads.</summary>
internal sealed class WorkDirFiles(Store store) : IWorkDirFiles
{
    private const int MaxEntries = 5_000;
    private const int Sample = 8 * 1024;

    public async Task<FileListing> ListAsync(string taskId, CancellationToken cancellationToken = default)
    {
        var task = await FindTaskAsync(taskId, cancellationToken);
        return Directory.Exists(task.WorkDir) ? await Task.Run(() => List(TaskFolder.Of(task, store.Directory), cancellationToken), cancellationToken) : new FileListing([], false);
    }

    public async Task<OpenedFile> OpenAsync(string taskId, string path, CancellationToken cancellationToken = default)
    {
        var task = await FindTaskAsync(taskId, cancellationToken);
        if (!Directory.Exists(task.WorkDir)) throw RefusedException.NotFound("file", path);
        try
        {
            return await Task.Run(() => Open(TaskFolder.Of(task, store.Directory), path), cancellationToken);
        }
        catch (ToolException refusal)
        {
            throw RefusedException.Validation("path", refusal.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusedException.Validation("path", $"{path} cannot be read: {failure.Message}");
        }
    }

    private static FileListing List(WorkDirectory directory, CancellationToken cancellationToken)
    {
        var items = new List<FileEntry>();
        foreach (var entry in FolderWalk.Below(directory.Resolve(".").Full))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = directory.Inside(entry.FullName);
            if (!directory.Reaches(place)) continue;
            if (items.Count == MaxEntries) return new FileListing(items, true);
            var kind = FolderWalk.IsLink(entry) ? FileEntryKind.Link : entry is DirectoryInfo ? FileEntryKind.Folder : FileEntryKind.File;
            items.Add(new FileEntry(place.Shown, kind, kind == FileEntryKind.File ? ((FileInfo)entry).Length : null, entry.LastWriteTimeUtc));
        }

        return new FileListing(items, false);
    }

    private static OpenedFile Open(WorkDirectory directory, string path)
    {
        var place = directory.Resolve(path);
        if (!place.IsFile) throw RefusedException.NotFound("file", path);
        var stream = directory.OpenRead(place);
        try
        {
            Span<byte> sample = stackalloc byte[Sample];
            if (TextFile.Detect(sample[..stream.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false)]) is null) throw new ToolException($"\"{place.Shown}\" is not a text file.");
            stream.Position = 0;
            return new OpenedFile(stream, Path.GetFileName(place.Full), File.GetLastWriteTimeUtc(stream.SafeFileHandle), stream.Length);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private async ValueTask<AgentTask> FindTaskAsync(string taskId, CancellationToken cancellationToken) =>
        await store.Reader.FindAsync(taskId, cancellationToken) ?? throw RefusedException.NotFound("task", taskId);
}
