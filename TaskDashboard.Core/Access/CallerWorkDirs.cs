using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Access;

/// <summary>What has changed in the folders of the tasks that a caller may see.</summary>
internal sealed class CallerWorkDirChanges(WorkDirChanges inner, CallerTaskReader reader) : IWorkDirChanges
{
    public async Task<FileChanges> ListAsync(string taskId, CancellationToken cancellationToken = default) =>
        await inner.ListAsync(await CallerWorkDirs.RequireAsync(reader, taskId, cancellationToken), cancellationToken);

    public async Task<FileDifference> FindAsync(string taskId, string path, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(await CallerWorkDirs.RequireAsync(reader, taskId, cancellationToken), path, cancellationToken);
}

/// <summary>What is in the folders of the tasks that a caller may see.</summary>
internal sealed class CallerWorkDirFiles(WorkDirFiles inner, CallerTaskReader reader) : IWorkDirFiles
{
    public async Task<FileListing> ListAsync(string taskId, CancellationToken cancellationToken = default) =>
        await inner.ListAsync(await CallerWorkDirs.RequireAsync(reader, taskId, cancellationToken), cancellationToken);

    public async Task<OpenedFile> OpenAsync(string taskId, string path, CancellationToken cancellationToken = default) =>
        await inner.OpenAsync(await CallerWorkDirs.RequireAsync(reader, taskId, cancellationToken), path, cancellationToken);
}

internal static class CallerWorkDirs
{
    public static async ValueTask<string> RequireAsync(CallerTaskReader reader, string taskId, CancellationToken cancellationToken) =>
        await reader.FindAsync(taskId, cancellationToken) is { } task ? task.Id : throw RefusedException.NotFound("task", taskId);
}
