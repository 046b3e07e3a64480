using TaskDashboard.Core.Providers;

namespace TaskDashboard.Core.Runs;

/// <summary>Notes what comes of the attempts of one model call, from when it is made. Safe for threads: a provider that was left behind may still speak up.</summary>
internal sealed class CallAttempts(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long began = time.GetTimestamp();
    private readonly List<CallAttempt> failed = [];
    private bool waits;

    /// <summary>How often the provider was asked again, or would have been.</summary>
    public int Retries
    {
        get { lock (gate) return failed.Count; }
    }

    private long Now => (long)time.GetElapsedTime(began).TotalMilliseconds;

    /// <summary>An attempt has failed, and the next one is waited for.</summary>
    public void Failed(ModelRetry retry)
    {
        lock (gate)
        {
            failed.Add(new CallAttempt(Now, retry.Cause, 0, retry.RateLimited));
            waits = true;
        }
    }

    /// <summary>The wait is over.</summary>
    public void GoesOn()
    {
        lock (gate)
        {
            if (!waits) return;
            failed[^1] = failed[^1] with { WaitedMs = Now - failed[^1].AtMs };
            waits = false;
        }
    }

    /// <summary>Null where the first attempt went through. A wait that was never over lasts until now.</summary>
    public IReadOnlyList<CallAttempt>? ToList()
    {
        lock (gate)
        {
            if (failed.Count == 0) return null;
            return waits ? [.. failed[..^1], failed[^1] with { WaitedMs = Now - failed[^1].AtMs }] : [.. failed];
        }
    }
}
