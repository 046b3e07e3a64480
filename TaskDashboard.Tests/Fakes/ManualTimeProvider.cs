namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// A clock that stands still until it is told to move. Timers fire on the thread that calls <see cref="Advance"/>, in the order
/// in which they are due, each seeing its own due time as the present; one that is armed with zero fires on the thread pool at
/// once, as a real one does. Safe for threads.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private long _armings;

    /// <param name="start">The present to begin with; 2026-01-01 00:00 UTC when none is given.</param>
    public ManualTimeProvider(DateTimeOffset? start = null) => _start = (start ?? new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers wait for their time.</summary>
    public int ArmedTimers { get { lock (_gate) return _armed.Count; } }

    public override DateTimeOffset GetUtcNow() { lock (_gate) return _start + _elapsed; }

    public override long GetTimestamp() { lock (_gate) return _elapsed.Ticks; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing what falls due on the way, also what those callbacks arm.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan target;
        lock (_gate) target = _elapsed + by;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _armed.Where(timer => timer.DueAt <= target).OrderBy(timer => timer.DueAt).ThenBy(timer => timer.Order).FirstOrDefault();
                if (next is null)
                {
                    _elapsed = target > _elapsed ? target : _elapsed;
                    return;
                }

                _elapsed = next.DueAt > _elapsed ? next.DueAt : _elapsed;
                Rearm(next);
            }

            next.Fire();
        }
    }

    /// <summary>Completes once at least <paramref name="count"/> timers are armed, so that the code under test has begun to wait; fails after 30 s.</summary>
    public Task WaitForTimersAsync(int count = 1)
    {
        lock (_gate)
        {
            if (_armed.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private void Rearm(ManualTimer timer)
    {
        if (timer.Period > TimeSpan.Zero) timer.DueAt += timer.Period;
        else _armed.Remove(timer);
    }

    private bool Change(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            if (timer.Disposed) return false;
            _armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            timer.Period = period;
            timer.DueAt = _elapsed + dueTime;
            timer.Order = _armings++;
            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(static fired => fired.Fire(), timer, preferLocal: false);
                if (period <= TimeSpan.Zero) return true;
                timer.DueAt += period;
            }

            _armed.Add(timer);
            foreach (var waiter in _waiters.Where(waiter => waiter.Count <= _armed.Count)) waiter.Reached.TrySetResult();
            _waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
            return true;
        }
    }

    private void Remove(ManualTimer timer)
    {
        lock (_gate)
        {
            timer.Disposed = true;
            _armed.Remove(timer);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();

        public TimeSpan DueAt { get; set; }

        public TimeSpan Period { get; set; }

        public long Order { get; set; }

        public bool Disposed { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(this, dueTime, period);

        public void Fire()
        {
            if (_context is null) callback(state);
            else ExecutionContext.Run(_context, _ => callback(state), null);
        }

        public void Dispose() => clock.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
