using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Pending tasks that have a due time, and one timer for the earliest. Times are the wall clock's: when that jumps, <see cref="CheckAgain"/>
/// (called every so often) finds what is overdue, and a timer that fires too early is armed again. Safe for threads.
/// </summary>
internal sealed class DueTimes : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly PriorityQueue<string, DateTimeOffset> order = new();
    private readonly Dictionary<string, DateTimeOffset> due = new(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ITimer timer;

    public DueTimes(TimeProvider time, ILogger<DueTimes> logger)
    {
        this.time = time;
        this.logger = logger;
        timer = time.CreateTimer(_ => CheckAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called with each task whose time has come, on a timer's thread. It stays here until it is forgotten or has another time.</summary>
    public Action<string>? Reached { get; set; }

    public bool Contains(string taskId)
    {
        lock (gate) return due.ContainsKey(taskId);
    }

    public void Set(string taskId, DateTimeOffset at)
    {
        lock (gate)
        {
            due[taskId] = at;
            order.Enqueue(taskId, at);
            Arm();
        }
    }

    public void Forget(string taskId)
    {
        lock (gate) due.Remove(taskId);
    }

    /// <summary>Looks at the clock, and tells of everything that is due.</summary>
    public void CheckAgain()
    {
        var reached = new List<string>();
        lock (gate)
        {
            var now = time.GetUtcNow();
            while (order.TryPeek(out var taskId, out var at))
            {
                var holds = due.TryGetValue(taskId, out var current) && current == at;
                if (holds && at > now) break;
                order.Dequeue();
                if (holds && due.Remove(taskId)) reached.Add(taskId);
            }

            Arm();
        }

        foreach (var taskId in reached)
        {
            try
            {
                Reached!(taskId);
            }
#pragma warning disable CA1031 // One task must not keep the others, and a timer's thread has nobody to tell.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.LogError(exception, "{TaskId} is due and could not be told so; the watchdog tries again.", taskId);
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private void Arm()
    {
        if (!order.TryPeek(out _, out var at)) return;
        var wait = at - time.GetUtcNow();
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }
}
