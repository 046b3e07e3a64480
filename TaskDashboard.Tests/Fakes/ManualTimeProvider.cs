namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// A clock that stands still until it is told to move. Timers fire on the thread that calls <see cref="Advance"/>, in the order
/// in which they are due, each seeing its own due time as the present; one that is armed with zero fires on the thread pool at
/// once, as a real one does. Safe for threads.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> armed = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiters = [];
    private readonly DateTimeOffset start;
    private TimeSpan elapsed;
    private TimeSpan jumped;
    private long armings;

    /// <param name="start">The present to begin with; 2026-01-01 00:00 UTC when none is given.</param>
    public ManualTimeProvider(DateTimeOffset? start = null) => this.start = (start ?? new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers wait for their time.</summary>
    public int ArmedTimers { get { lock (gate) return armed.Count; } }

    public override DateTimeOffset GetUtcNow() { lock (gate) return this.start + elapsed + jumped; }

    public override long GetTimestamp() { lock (gate) return elapsed.Ticks; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the wall clock forwards or backwards. Timers and timestamps do not notice, as when a real clock is set.</summary>
    public void Jump(TimeSpan by)
    {
        lock (gate) jumped += by;
    }

    /// <summary>Moves the clock, firing what falls due on the way, also what those callbacks arm.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan target;
        lock (gate) target = elapsed + by;
        while (true)
        {
            ManualTimer? next;
            lock (gate)
            {
                next = armed.Where(timer => timer.DueAt <= target).OrderBy(timer => timer.DueAt).ThenBy(timer => timer.Order).FirstOrDefault();
                if (next is null)
                {
                    elapsed = target > elapsed ? target : elapsed;
                    return;
                }

                elapsed = next.DueAt > elapsed ? next.DueAt : elapsed;
                Rearm(next);
            }

            next.Fire();
        }
    }

    /// <summary>Completes once at least <paramref name="count"/> timers are armed, so that the code under test has begun to wait; fails after 30 s.</summary>
    public Task WaitForTimersAsync(int count = 1)
    {
        lock (gate)
        {
            if (armed.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add((count, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private void Rearm(ManualTimer timer)
    {
        if (timer.Period > TimeSpan.Zero) timer.DueAt += timer.Period;
        else armed.Remove(timer);
    }

    private bool Change(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        lock (gate)
        {
            if (timer.Disposed) return false;
            armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            timer.Period = period;
            timer.DueAt = elapsed + dueTime;
            timer.Order = armings++;
            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(static fired => fired.Fire(), timer, preferLocal: false);
                if (period <= TimeSpan.Zero) return true;
                timer.DueAt += period;
            }

            armed.Add(timer);
            foreach (var waiter in waiters.Where(waiter => waiter.Count <= armed.Count)) waiter.Reached.TrySetResult();
            waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
            return true;
        }
    }

    private void Remove(ManualTimer timer)
    {
        lock (gate)
        {
            timer.Disposed = true;
            armed.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? context = ExecutionContext.Capture();

        public TimeSpan DueAt { get; set; }

        public TimeSpan Period { get; set; }

        public long Order { get; set; }

        public bool Disposed { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(this, dueTime, period);

        public void Fire()
        {
            if (context is null) callback(state);
            else ExecutionContext.Run(context, _ => callback(state), null);
        }

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
