using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Jobs that stand as a test puts them, and the orders that were given.</summary>
internal sealed class ListedBulkJobs : IBulkJobs
{
    private readonly List<Action<BulkJob>> watchers = [];

    public List<BulkOrder> Orders { get; } = [];

    public List<BulkJob> Jobs { get; } = [];

    public List<string> Aborted { get; } = [];

    public HashSet<string> Leaving { get; } = [];

    public BulkReach Reach { get; set; } = new(1, 0);

    public RefusedException? Refusal { get; set; }

    /// <summary>Puts a job as it stands now.</summary>
    public void Put(BulkJob job)
    {
        Jobs.RemoveAll(one => one.Id == job.Id);
        Jobs.Insert(0, job);
        foreach (var watcher in watchers.ToList()) watcher(job);
    }

    public Task<BulkJob> StartAsync(BulkOrder order, CancellationToken cancellationToken = default)
    {
        if (Refusal is not null) throw Refusal;
        Orders.Add(order);
        var job = new BulkJob { Id = $"bulk_{Orders.Count}", Action = order.Action, Total = order.TaskIds?.Count ?? Reach.Total };
        Put(job);
        return Task.FromResult(job);
    }

    public Task<BulkReach> MeasureAsync(BulkOrder order, CancellationToken cancellationToken = default) => Task.FromResult(Reach);

    public IReadOnlyList<BulkJob> List() => [.. Jobs];

    public BulkJob? Find(string jobId) => Jobs.Find(job => job.Id == jobId);

    public Task<BulkJob> AbortAsync(string jobId)
    {
        Aborted.Add(jobId);
        Put(Find(jobId)! with { Status = BulkJobStatus.Aborted });
        return Task.FromResult(Find(jobId)!);
    }

    public void Acknowledge(string jobId) => Put(Find(jobId)! with { Acknowledged = true });

    public bool IsLeaving(string taskId) => Leaving.Contains(taskId);

    public IDisposable Watch(Action<BulkJob> changed)
    {
        watchers.Add(changed);
        return new Watching(() => watchers.Remove(changed));
    }

    private sealed class Watching(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
