namespace TaskDashboard.Core.Providers;

/// <summary>
/// Notices that a provider has gone silent: no first byte in time, or no further one. One timer for the whole call, set anew
/// only when it fires, so that a byte that arrives costs a time stamp and nothing else.
/// </summary>
/// <remarks>Time counts only while somebody waits for a byte; a slow reader is not a stall. One reader at a time.</remarks>
internal sealed class StallWatch : IDisposable
{
    private const long NobodyWaits = 0;

    private readonly CancellationTokenSource cancellation = new();
    private readonly TimeProvider time;
    private readonly TimeSpan idle;
    private readonly ITimer timer;
    private TimeSpan limit;
    private long waitingSince;
    private CancellationToken caller;
    private CancellationTokenRegistration registration;

    public StallWatch(TimeProvider time, TimeSpan firstByte, TimeSpan idle)
    {
        this.time = time;
        this.idle = idle;
        limit = firstByte;
        waitingSince = Stamp();
        timer = time.CreateTimer(static watch => ((StallWatch)watch!).Check(), this, firstByte, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled by a stall, and by the caller of the moment (see <see cref="Follow"/>).</summary>
    public CancellationToken Token => cancellation.Token;

    /// <summary>True once the provider has been silent for too long.</summary>
    public bool Stalled { get; private set; }

    /// <summary>True when the first byte of the answer has arrived.</summary>
    public bool Started { get; private set; }

    /// <summary>The limit that holds now.</summary>
    public TimeSpan Limit => limit;

    /// <summary>Lets the caller's token cancel ours from now on, instead of the one before: sending and reading have different ones.</summary>
    public void Follow(CancellationToken caller)
    {
        if (caller == this.caller) return;
        registration.Unregister();
        this.caller = caller;
        registration = caller.UnsafeRegister(static watch => ((StallWatch)watch!).Cancel(), this);
    }

    /// <summary>Somebody waits for a byte from now on. Until the first byte, time counts from the start of the call.</summary>
    public void Waiting()
    {
        if (Started) Volatile.Write(ref waitingSince, Stamp());
    }

    /// <summary>A byte is here.</summary>
    public void Arrived()
    {
        if (!Started)
        {
            Started = true;
            limit = idle;
            timer.Change(idle, Timeout.InfiniteTimeSpan);
        }

        Volatile.Write(ref waitingSince, NobodyWaits);
    }

    public void Dispose()
    {
        timer.Dispose();
        registration.Unregister();
        cancellation.Dispose();
    }

    // 0 means that nobody waits, and a clock may start there.
    private long Stamp() => Math.Max(1, time.GetTimestamp());

    private void Check()
    {
        var present = limit;
        var since = Volatile.Read(ref waitingSince);
        var left = since == NobodyWaits ? present : present - time.GetElapsedTime(since);
        if (left > TimeSpan.Zero)
        {
            // At least a millisecond: a timer rounds down, and would come back at once, many times over.
            timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
            return;
        }

        Stalled = true;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer ended, and its reader let go of us, while this was on its way: there is nothing left to cancel.
        }
    }
}
