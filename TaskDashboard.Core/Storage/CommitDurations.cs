namespace TaskDashboard.Core.Storage;

/// <summary>
/// How long the newest 4,096 commits took. Written by the store's writer, which it costs neither a lock nor an allocation; read by anybody,
/// who may get a value that is being replaced either way.
/// </summary>
internal sealed class CommitDurations(TimeProvider time)
{
    private const int Window = 4096;

    private readonly long[] durations = new long[Window];
    private long count;

    /// <param name="duration">In ticks of the clock's timestamps.</param>
    public void Add(long duration)
    {
        Volatile.Write(ref durations[count % Window], duration);
        Volatile.Write(ref count, count + 1);
    }

    public CommitTimes Read()
    {
        var all = Volatile.Read(ref count);
        if (all == 0) return new CommitTimes(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);

        var sorted = durations.AsSpan(0, (int)Math.Min(all, Window)).ToArray();
        Array.Sort(sorted);
        return new CommitTimes(all, At(0.5), At(0.99), At(1));

        TimeSpan At(double share) => time.GetElapsedTime(0, sorted[(int)Math.Ceiling(share * sorted.Length) - 1]);
    }
}
