using System.Collections.Concurrent;

namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// The real clock, but for timers of one length: those are not called off any more, and fire when a test says so. So does a real one that is called
/// off in the moment in which it begins to fire.
/// </summary>
internal sealed class LateTimers(TimeSpan length) : TimeProvider
{
    private readonly ConcurrentQueue<Action> kept = new();

    /// <summary>How many of them wait to be fired.</summary>
    public int Count => kept.Count;

    public void Fire()
    {
        while (kept.TryDequeue(out var fire)) fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != length) return base.CreateTimer(callback, state, dueTime, period);
        kept.Enqueue(() => callback(state));
        return base.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
