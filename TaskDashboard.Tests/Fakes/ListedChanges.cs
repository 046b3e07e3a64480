using TaskDashboard.Core.WorkDirs;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Changes as a test says them; counts how often somebody asked.</summary>
internal sealed class ListedChanges : IWorkDirChanges
{
    private int reads;

    public FileChanges Changes { get; set; } = FileChanges.None;

    public Dictionary<string, string> Diffs { get; } = [];

    public Exception? Failure { get; set; }

    public int Reads => Volatile.Read(ref reads);

    public Task<FileChanges> ListAsync(string taskId, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref reads);
        return Failure is null ? Task.FromResult(Changes) : Task.FromException<FileChanges>(Failure);
    }

    public Task<FileDifference> FindAsync(string taskId, string path, CancellationToken cancellationToken = default) =>
        Task.FromResult(new FileDifference(Changes.Items.Single(change => change.Path == path), Diffs[path]));
}
