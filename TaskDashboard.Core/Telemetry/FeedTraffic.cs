namespace TaskDashboard.Core.Telemetry;

/// <summary>Counts what viewers are given. Safe for threads.</summary>
internal sealed class FeedTraffic
{
    private long frames;
    private long resyncs;

    public long Frames => Interlocked.Read(ref frames);

    public long Resyncs => Interlocked.Read(ref resyncs);

    public void CountFrames(int count)
    {
        if (count > 0) Interlocked.Add(ref frames, count);
    }

    public void CountResync() => Interlocked.Increment(ref resyncs);
}
