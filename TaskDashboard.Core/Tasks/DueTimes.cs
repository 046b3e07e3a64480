using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Pending tasks that have a due time, and one timer for the earliest. Times are the wall clock's: when that jumps, <see cref="CheckAgain"/>
/// (called every so often) finds what is overdue, and a timer that fires too early is armed again. Safe for threads.
/// </summary>
/// <remarks>
/// Being told is not yet having moved: the store may be busy, or the clock set back in between. So a task is told of again, every few
/// seconds, until its row says that it is not waiting for this time any more.
/// </remarks>
internal sealed class DueTimes : IDisposable
{
    private const int FewPlaces = 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly PriorityQueue<Appointment, DateTimeOffset> order = new();
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

    /// <summary>How many places it keeps; those of forgotten tasks among them for a while.</summary>
    public int Places
    {
        get { lock (gate) return order.Count; }
    }

    public bool Contains(string taskId)
    {
        lock (gate) return due.ContainsKey(taskId);
    }

    public void Set(string taskId, DateTimeOffset at)
    {
        lock (gate)
        {
            if (due.TryGetValue(taskId, out var known) && known == at) return;
            due[taskId] = at;
            order.Enqueue(new Appointment(taskId, at), at);
            ForgetTheForgotten();
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
        var reached = new List<Appointment>();
        lock (gate)
        {
            var now = time.GetUtcNow();
            while (order.TryPeek(out var next, out var at))
            {
                if (Holds(next) && at > now) break;
                order.Dequeue();
                if (Holds(next)) reached.Add(next);
            }

            foreach (var one in reached) order.Enqueue(one, now + TellAgain);
            Arm();
        }

        foreach (var (taskId, _) in reached)
        {
            try
            {
                Reached!(taskId);
            }
#pragma warning disable CA1031 // One task must not keep the others, and a timer's thread has nobody to tell.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.LogError(exception, "{TaskId} is due and could not be told so; it is tried again.", taskId);
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private void Arm()
    {
        if (!order.TryPeek(out _, out var at)) return;
        var wait = at - time.GetUtcNow();

        // Timers count whole milliseconds; cut off, the last one would fire over and over until it is over.
        timer.Change(
            wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)),
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>A task that was cancelled or moved leaves its place behind, perhaps for years: once most places are empty they are cleared.</summary>
    private void ForgetTheForgotten()
    {
        if (order.Count < FewPlaces || order.Count < 2 * due.Count) return;
        order.Clear();
        foreach (var (taskId, at) in due) order.Enqueue(new Appointment(taskId, at), at);
    }

    private bool Holds(Appointment appointment) => due.TryGetValue(appointment.TaskId, out var at) && at == appointment.At;

    private readonly record struct Appointment(string TaskId, DateTimeOffset At);
}
