using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Access;

/// <summary>The jobs of one caller. To others they are not there.</summary>
internal sealed class CallerBulkJobs(BulkJobRunner inner, ICallerSource source) : IBulkJobs
{
    public Task<BulkJob> StartAsync(BulkOrder order, CancellationToken cancellationToken = default)
    {
        RequireMember();
        return inner.StartAsync(order, source.Lasting(), cancellationToken);
    }

    public Task<BulkReach> MeasureAsync(BulkOrder order, CancellationToken cancellationToken = default)
    {
        RequireMember();
        return inner.MeasureAsync(order, source.Lasting(), cancellationToken);
    }

    public IReadOnlyList<BulkJob> List() => inner.List(source.Caller);

    public BulkJob? Find(string jobId) => inner.Find(jobId, source.Caller);

    public Task<BulkJob> AbortAsync(string jobId) => inner.AbortAsync(jobId, source.Caller);

    public void Acknowledge(string jobId) => inner.Acknowledge(jobId, source.Caller);

    public bool IsLeaving(string taskId) => inner.IsLeaving(taskId, source.Caller);

    public IDisposable Watch(Action<BulkJob> changed) => new Subscription(inner, source, changed);

    private void RequireMember()
    {
        if (source.Caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
    }

    private sealed class Subscription : IDisposable
    {
        private readonly BulkJobRunner jobs;
        private readonly ICallerSource source;
        private readonly Action<BulkJob> changed;

        public Subscription(BulkJobRunner jobs, ICallerSource source, Action<BulkJob> changed)
        {
            (this.jobs, this.source, this.changed) = (jobs, source, changed);
            jobs.Changed += Pass;
        }

        public void Dispose() => jobs.Changed -= Pass;

        private void Pass(string personId, BulkJob job)
        {
            if (source.Caller is var caller && (caller.SeesAll || caller.UserId == personId)) changed(job);
        }
    }
}
