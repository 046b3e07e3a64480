namespace TaskDashboard.Core.Runs;

/// <summary>The time that a run has left. It can be held, so that time in which a person holds the run does not count. Safe for threads.</summary>
internal sealed class RunTimeout : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private TimeSpan left;
    private long since;
    private bool held;

    /// <param name="time">How long the run may take.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="over">Called once the time is over.</param>
    public RunTimeout(TimeSpan time, TimeProvider clock, Action over)
    {
        this.clock = clock;
        left = time;
        since = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => over(), null, time, Timeout.InfiniteTimeSpan);
    }

    public void Hold()
    {
        lock (gate)
        {
            if (held) return;
            held = true;
            left -= clock.GetElapsedTime(since);
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Continue()
    {
        lock (gate)
        {
            if (!held) return;
            held = false;
            since = clock.GetTimestamp();
            timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();
}
