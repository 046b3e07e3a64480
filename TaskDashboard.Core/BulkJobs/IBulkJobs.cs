using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>
/// Actions on many tasks that go on when whoever ordered them leaves. Each task is looked at as if its person had asked for it alone: what they may not do
/// is counted as failed. Everybody sees their own jobs only. Safe for threads.
/// </summary>
public interface IBulkJobs
{
    /// <summary>Finds out which tasks it is about, and begins. The job is at work, or waits for its time, when this completes.</summary>
    /// <exception cref="RefusedException">Something of the order is wrong; <c>bulk_busy</c> when as many jobs of this person are at work as may be.</exception>
    Task<BulkJob> StartAsync(BulkOrder order, CancellationToken cancellationToken = default);

    /// <summary>How many tasks an order is about, and how many would stop. Changes nothing.</summary>
    /// <exception cref="RefusedException">Something of the order is wrong.</exception>
    Task<BulkReach> MeasureAsync(BulkOrder order, CancellationToken cancellationToken = default);

    /// <summary>The jobs that go on and the last ones that ended, the newest first.</summary>
    IReadOnlyList<BulkJob> List();

    BulkJob? Find(string jobId);

    /// <summary>Ends a job: what is being done is done, nothing else is begun. One that has not begun is as if it had never been ordered.</summary>
    /// <returns>The job, as a rule ended; still at work where the tasks that it is at take longer than two seconds.</returns>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>job_ended</c>.</exception>
    Task<BulkJob> AbortAsync(string jobId);

    /// <summary>Somebody has read how a job ended: pages need not tell of it any more.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>job_live</c>.</exception>
    void Acknowledge(string jobId);

    /// <summary>Whether one of the jobs is about to remove the task, or is at it: lists do not show it any more.</summary>
    bool IsLeaving(string taskId);

    /// <summary>Tells of each change of a job, on any thread; a job is told after it began, after each of its tasks, and when it ended or was acknowledged.</summary>
    /// <returns>What ends it.</returns>
    IDisposable Watch(Action<BulkJob> changed);
}
