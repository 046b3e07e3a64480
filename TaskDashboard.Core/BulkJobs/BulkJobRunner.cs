using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>All jobs of the process. Each goes through its tasks a few at a time, so that everything else goes on beside it.</summary>
internal sealed class BulkJobRunner(BulkTargets targets, BulkActions actions, BulkJobFile file, IdSource ids, TimeProvider time, ILogger<BulkJobRunner> logger) : IHostedService
{
    /// <summary>How many tasks of a job are worked on at once. The writer puts what comes together into one transaction.</summary>
    private const int AtOnce = 8;

    private const int MostLiveOfAPerson = 4;
    private const int MostEndedOfAPerson = 20;

    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly List<BulkWork> works = [];
    private long savedAt;
    private bool stopped;

    /// <summary>Of whom, and the job. On any thread.</summary>
    public event Action<string, BulkJob>? Changed;

    public async Task<BulkReach> MeasureAsync(BulkOrder order, Func<Caller> caller, CancellationToken cancellationToken)
    {
        var taskIds = await targets.FindAsync(order, caller(), cancellationToken);
        return new BulkReach(taskIds.Count, (await targets.FindLiveAsync(taskIds, cancellationToken)).Live);
    }

    public async Task<BulkJob> StartAsync(BulkOrder order, Func<Caller> caller, CancellationToken cancellationToken)
    {
        var who = caller();
        var taskIds = await targets.FindAsync(order, who, cancellationToken);
        var reached = order.Filter is null ? null : (await targets.FindLiveAsync(taskIds, cancellationToken)).Reached;
        var now = time.GetUtcNow();
        var job = new BulkJob { Id = ids.NewBulkJob(), Action = order.Action, Total = taskIds.Count, CreatedAt = now, StartsAt = now + order.UndoTime };
        var work = new BulkWork(job, who.UserId, caller, taskIds, reached);
        lock (gate)
        {
            if (stopped) throw RefusedException.Draining();
            if (works.Count(one => one.PersonId == who.UserId && one.Job.IsLive) >= MostLiveOfAPerson)
            {
                throw RefusedException.Conflict("bulk_busy", $"{MostLiveOfAPerson} jobs of yours are at work already. Wait for one to end, or abort it. Nothing was begun.");
            }

            works.Add(work);
            var over = works.Where(one => one.PersonId == who.UserId && !one.Job.IsLive).ToList();
            foreach (var old in over.Take(over.Count - MostEndedOfAPerson))
            {
                works.Remove(old);
                old.Dispose();
            }
        }

        Save();
        Tell(work);

        // On a flow of its own: it belongs to no request, and to no run that may have asked for it. The time to take it back counts from here, not from when a thread is free.
        using (ExecutionContext.SuppressFlow())
        {
            var undo = order.UndoTime > TimeSpan.Zero ? Task.Delay(order.UndoTime, time, work.Stopping) : Task.CompletedTask;
            _ = Task.Run(() => RunAsync(work, undo), CancellationToken.None);
        }

        return work.Job;
    }

    public IReadOnlyList<BulkJob> List(Caller caller)
    {
        lock (gate) return [.. works.Where(work => IsOf(work, caller)).Select(work => work.Job).Reverse()];
    }

    public BulkJob? Find(string jobId, Caller caller) => FindWork(jobId, caller)?.Job;

    public bool IsLeaving(string taskId, Caller caller)
    {
        lock (gate) return works.Any(work => work.Job.Action == BulkAction.Delete && IsOf(work, caller) && work.IsLeaving(taskId));
    }

    public async Task<BulkJob> AbortAsync(string jobId, Caller caller)
    {
        var work = FindWork(jobId, caller) ?? throw RefusedException.NotFound("bulk job", jobId);
        if (!work.Job.IsLive) throw RefusedException.Conflict("job_ended", "The job has ended already; there is nothing to abort.");
        work.Stop(interrupted: false);
        try
        {
            await work.Ended.WaitAsync(AbortPatience, time);
        }
        catch (TimeoutException)
        {
            logger.LogInformation("{JobId} is still at the tasks that it was at when it was aborted.", jobId);
        }

        return work.Job;
    }

    public void Acknowledge(string jobId, Caller caller)
    {
        var work = FindWork(jobId, caller) ?? throw RefusedException.NotFound("bulk job", jobId);
        if (work.Job.IsLive) throw RefusedException.Conflict("job_live", "The job is still at work; abort it first.");
        work.Acknowledge();
        Save();
        Tell(work);
    }

    /// <summary>What the process before left unfinished is over.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (personId, job) in file.Read())
        {
            var known = new BulkWork(job.IsLive ? job with { Status = BulkJobStatus.Interrupted, EndedAt = now } : job, personId, () => Caller.Nobody, [], null);
            known.Release();
            lock (gate) works.Add(known);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<BulkWork> live;
        lock (gate)
        {
            stopped = true;
            live = [.. works.Where(work => work.Job.IsLive)];
        }

        foreach (var work in live) work.Stop(interrupted: true);
        try
        {
            await Task.WhenAll(live.Select(work => work.Ended)).WaitAsync(StopPatience, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            logger.LogInformation("The server stops while {Count} bulk jobs are at tasks that take long; the next start says that they were interrupted.", live.Count(work => work.Job.IsLive));
        }
    }

    private async Task RunAsync(BulkWork work, Task undo)
    {
        try
        {
            await undo;
            work.Begin();
            Tell(work);
            await Parallel.ForEachAsync(work.TaskIds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = work.Stopping }, async (taskId, _) =>
            {
                await actions.CarryOutAsync(work, taskId);
                Tell(work);
                SaveNowAndThen();
            });
            work.End(BulkJobStatus.Completed, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (work.Stopping.IsCancellationRequested)
        {
            work.End(work.IsInterrupted ? BulkJobStatus.Interrupted : BulkJobStatus.Aborted, time.GetUtcNow());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogError(exception, "{JobId} broke off.", work.Job.Id);
            work.End(BulkJobStatus.Interrupted, time.GetUtcNow());
        }

        Save();
        Tell(work);
        work.Release();
    }

    private void SaveNowAndThen()
    {
        var last = Interlocked.Read(ref savedAt);
        if (time.GetElapsedTime(last) >= SaveInterval && Interlocked.CompareExchange(ref savedAt, time.GetTimestamp(), last) == last) Save();
    }

    private void Save()
    {
        Interlocked.Exchange(ref savedAt, time.GetTimestamp());
        file.Write(Look);
    }

    private List<StoredBulkJob> Look()
    {
        lock (gate) return works.ConvertAll(work => new StoredBulkJob(work.PersonId, work.Job));
    }

    /// <summary>Whoever looks on cannot break a job.</summary>
    private void Tell(BulkWork work)
    {
        foreach (var changed in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                changed(work.PersonId, work.Job);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.LogWarning(exception, "A viewer could not be told of {JobId}.", work.Job.Id);
            }
        }
    }

    private BulkWork? FindWork(string jobId, Caller caller)
    {
        lock (gate) return works.Find(work => work.Job.Id == jobId && IsOf(work, caller));
    }

    private static bool IsOf(BulkWork work, Caller caller) => caller.SeesAll || work.PersonId == caller.UserId;
}
