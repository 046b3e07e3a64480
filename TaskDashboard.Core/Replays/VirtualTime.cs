namespace TaskDashboard.Core.Replays;

/// <summary>
/// A clock that moves when it is told to, and not by itself. Timers fire on the thread that moves it, in the order in which they are due; one that is due at once fires on
/// the pool, as a real one does. Safe for threads.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<(VirtualTimer Timer, long Arming), (TimeSpan DueAt, long Arming)> armed = new();
    private TimeSpan elapsed;
    private long armings;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far it has moved.</summary>
    public TimeSpan Elapsed
    {
        get { lock (gate) return elapsed; }
    }

    public override DateTimeOffset GetUtcNow() => start.ToUniversalTime() + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves it, with all that falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        if (by <= TimeSpan.Zero) return;
        TimeSpan target;
        lock (gate) target = elapsed + by;
        while (TakeDue(target) is { } timer) timer.Fire();
    }

    private VirtualTimer? TakeDue(TimeSpan target)
    {
        lock (gate)
        {
            while (armed.TryPeek(out var next, out var due) && due.DueAt <= target)
            {
                armed.Dequeue();
                if (next.Timer.Arming != next.Arming) continue; // Disposed, or armed anew.
                elapsed = due.DueAt > elapsed ? due.DueAt : elapsed;
                if (next.Timer.Period > TimeSpan.Zero) Arm(next.Timer, due.DueAt + next.Timer.Period);
                else next.Timer.Arming = 0;
                return next.Timer;
            }

            elapsed = target > elapsed ? target : elapsed;
            return null;
        }
    }

    private void Arm(VirtualTimer timer, TimeSpan dueAt)
    {
        timer.Arming = ++armings;
        armed.Enqueue((timer, timer.Arming), (dueAt, timer.Arming));
    }

    private sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? context = ExecutionContext.Capture();
        private bool disposed;

        public TimeSpan Period { get; private set; }

        /// <summary>Which arming of it counts; 0 for none.</summary>
        public long Arming { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                if (disposed) return false;
                Arming = 0;
                Period = period;
                if (dueTime == TimeSpan.Zero)
                {
                    ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
                    if (period > TimeSpan.Zero) clock.Arm(this, clock.elapsed + period);
                }
                else if (dueTime > TimeSpan.Zero)
                {
                    clock.Arm(this, clock.elapsed + dueTime);
                }

                return true;
            }
        }

        public void Fire()
        {
            if (context is null) callback(state);
            else ExecutionContext.Run(context, static timer => ((VirtualTimer)timer!).Call(), this);
        }

        public void Dispose()
        {
            lock (clock.gate) (disposed, Arming) = (true, 0);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Call() => callback(state);
    }
}
