using TaskDashboard.Core.People;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>A job at work: its tasks, and what has become of them. Safe for threads.</summary>
internal sealed class BulkWork : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> leaving;
    private readonly List<BulkFailure> failures = [];
    private BulkJob job;

    /// <param name="job">The job as it was ordered.</param>
    /// <param name="personId">Who ordered it.</param>
    /// <param name="caller">Who that is, asked again for each task.</param>
    /// <param name="taskIds">Its tasks.</param>
    /// <param name="reached">Those of them that have something to stop; null where each is to be asked.</param>
    public BulkWork(BulkJob job, string personId, Func<Caller> caller, IReadOnlyList<string> taskIds, IReadOnlySet<string>? reached)
    {
        this.job = job;
        (PersonId, Caller, TaskIds, Reached) = (personId, caller, taskIds, reached);
        leaving = job.Action == BulkAction.Delete ? [.. taskIds] : [];
        Stopping = stopping.Token;
    }

    public string PersonId { get; }

    public Func<Caller> Caller { get; }

    /// <summary>Empty when it has ended.</summary>
    public IReadOnlyList<string> TaskIds { get; private set; }

    public IReadOnlySet<string>? Reached { get; private set; }

    public CancellationToken Stopping { get; }

    /// <summary>The server stops, and so does the job.</summary>
    public bool IsInterrupted { get; private set; }

    public Task Ended => ended.Task;

    public BulkJob Job
    {
        get
        {
            lock (gate) return job;
        }
    }

    public bool IsLeaving(string taskId)
    {
        lock (gate) return leaving.Contains(taskId);
    }

    public void Begin()
    {
        lock (gate) job = job with { Status = BulkJobStatus.Running };
    }

    public void NoteDone()
    {
        lock (gate) job = job with { Done = job.Done + 1 };
    }

    public void NoteUnchanged()
    {
        lock (gate) job = job with { Unchanged = job.Unchanged + 1 };
    }

    public void NoteFailure(BulkFailure failure)
    {
        lock (gate)
        {
            leaving.Remove(failure.TaskId);
            if (failures.Count < BulkJob.MostFailures) failures.Add(failure);
            job = job with { Failed = job.Failed + 1, Failures = [.. failures] };
        }
    }

    public void Acknowledge()
    {
        lock (gate) job = job with { Acknowledged = true };
    }

    public void Stop(bool interrupted)
    {
        IsInterrupted = interrupted;
        stopping.Cancel();
    }

    /// <summary>What it has not come to is nobody's any more.</summary>
    public void End(BulkJobStatus status, DateTimeOffset at)
    {
        lock (gate)
        {
            job = job with { Status = status, EndedAt = at };
            leaving.Clear();
            leaving.TrimExcess();
            (TaskIds, Reached) = ([], null);
        }
    }

    /// <summary>Lets those go on who wait for the end, which by now is told.</summary>
    public void Release() => ended.TrySetResult();

    public void Dispose() => stopping.Dispose();
}
