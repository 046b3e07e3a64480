using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// What a circuit shows of its person's jobs: those at work, and how one ended until somebody has read it. Pushed, never asked for. Safe for threads.
/// </summary>
public sealed class BulkJobList : IDisposable
{
    /// <summary>How long a job that went well is still told of.</summary>
    public static readonly TimeSpan GoodNewsTime = TimeSpan.FromSeconds(8);

    private readonly Lock gate = new();
    private readonly IBulkJobs jobs;
    private readonly TimeProvider time;
    private readonly RenderThrottle throttle;
    private readonly Dictionary<string, ITimer> closing = [];
    private HashSet<string> deleting = [];
    private IDisposable? watch;

    public BulkJobList(IBulkJobs jobs, TimeProvider time, ILogger<BulkJobList> logger)
    {
        (this.jobs, this.time) = (jobs, time);
        throttle = new RenderThrottle(time, logger, LookAsync);
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<BulkJob> Items { get; private set; } = [];

    /// <summary>Something to show is another. On a pool thread, at most 20 times a second.</summary>
    public event Action? Changed;

    /// <summary>A deletion began or ended: rows of lists come or go. On a pool thread, behind <see cref="Changed"/>.</summary>
    public event Action? Moved;

    /// <summary>Begins to watch; further calls do nothing. Not called while a page is only prerendered.</summary>
    public void Start()
    {
        lock (gate)
        {
            if (watch is not null) return;
            watch = jobs.Watch(_ => throttle.Request());
        }

        throttle.Request();
    }

    public async Task AbortAsync(string jobId)
    {
        try
        {
            await jobs.AbortAsync(jobId);
        }
        catch (RefusedException refusal) when (refusal.Code is "job_ended" or "not_found")
        {
            // It ended while somebody clicked: what became of it is shown.
        }

        throttle.Request();
    }

    /// <summary>Somebody has read how it ended.</summary>
    public void Close(string jobId)
    {
        try
        {
            jobs.Acknowledge(jobId);
        }
        catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            // It was so long ago that it is not kept any more.
        }

        throttle.Request();
    }

    private Task LookAsync()
    {
        bool moved;
        lock (gate)
        {
            var shown = jobs.List().Where(job => !job.Acknowledged).Reverse().ToList();
            var leaving = shown.Where(job => job is { IsLive: true, Action: BulkAction.Delete }).Select(job => job.Id).ToHashSet();
            moved = !leaving.SetEquals(deleting);
            (Items, deleting) = (shown, leaving);
            foreach (var job in shown.Where(IsGoodNews))
            {
                if (!closing.ContainsKey(job.Id)) closing[job.Id] = time.CreateTimer(_ => Close(job.Id), null, job.Seen == 0 ? TimeSpan.Zero : GoodNewsTime, Timeout.InfiniteTimeSpan);
            }
        }

        Changed?.Invoke();
        if (moved) Moved?.Invoke();
        return Task.CompletedTask;
    }

    /// <summary>Nothing of it has to be read: it did all that it was to do, or was taken back before it began.</summary>
    private static bool IsGoodNews(BulkJob job) =>
        job is { Status: BulkJobStatus.Completed, Failed: 0 } || (job is { Status: BulkJobStatus.Aborted, Seen: 0 });

    public void Dispose()
    {
        Changed = null;
        Moved = null;
        lock (gate)
        {
            watch?.Dispose();
            foreach (var timer in closing.Values) timer.Dispose();
        }

        throttle.Dispose();
    }
}
