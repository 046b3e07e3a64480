using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Core.Access;

/// <summary>What has changed in the folders of the tasks that a caller may see.</summary>
internal sealed class CallerWorkDirChanges(WorkDirChanges inner, CallerTaskReader reader, ICallerSource source, DataFolders folders) : IWorkDirChanges
{
    public async Task<FileChanges> ListAsync(string taskId, CancellationToken cancellationToken = default) =>
        await inner.ListAsync(await CallerWorkDirs.RequireAsync(reader, source, folders, taskId, cancellationToken), cancellationToken);

    public async Task<FileDifference> FindAsync(string taskId, string path, CancellationToken cancellationToken = default) =>
        await inner.FindAsync(await CallerWorkDirs.RequireAsync(reader, source, folders, taskId, cancellationToken), path, cancellationToken);
}

/// <summary>What is in the folders of the tasks that a caller may see.</summary>
internal sealed class CallerWorkDirFiles(WorkDirFiles inner, CallerTaskReader reader, ICallerSource source, DataFolders folders) : IWorkDirFiles
{
    public async Task<FileListing> ListAsync(string taskId, CancellationToken cancellationToken = default) =>
        await inner.ListAsync(await CallerWorkDirs.RequireAsync(reader, source, folders, taskId, cancellationToken), cancellationToken);

    public async Task<OpenedFile> OpenAsync(string taskId, string path, CancellationToken cancellationToken = default) =>
        await inner.OpenAsync(await CallerWorkDirs.RequireAsync(reader, source, folders, taskId, cancellationToken), path, cancellationToken);
}

internal static class CallerWorkDirs
{
    public static async ValueTask<string> RequireAsync(CallerTaskReader reader, ICallerSource source, DataFolders folders, string taskId, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(taskId, cancellationToken) is not { } task) throw RefusedException.NotFound("task", taskId);
        if (!source.Caller.SeesAll) await folders.RequireOpenAsync(task, cancellationToken);
        return task.Id;
    }
}
