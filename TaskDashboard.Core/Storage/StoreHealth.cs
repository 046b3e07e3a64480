namespace TaskDashboard.Core.Storage;

/// <summary>Whether the store can be written, since when it cannot and why, and how long commits take. Safe for threads.</summary>
public sealed class StoreHealth
{
    /// <summary>A commit that takes this long counts as a store that cannot be written: whatever comes behind it waits.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(5);

    private const long None = -1;

    private readonly TimeProvider time;
    private readonly Func<int> queueLength;
    private readonly CommitDurations durations;
    private volatile Failure? failure;
    private long failedCommits;
    private long underWaySince = None;

    internal StoreHealth(TimeProvider time, Func<int> queueLength)
    {
        this.time = time;
        this.queueLength = queueLength;
        durations = new CommitDurations(time);
    }

    /// <summary>How the store is now. Costs a sort of at most 4,096 numbers: for a page or a check, not for a hot path.</summary>
    public StoreStatus Current
    {
        get
        {
            var now = Standing();
            return new StoreStatus(now is null, now?.Since, now?.Why, Interlocked.Read(ref failedCommits), queueLength(), durations.Read());
        }
    }

    /// <summary>Why the store cannot be written, in one sentence; null while it can.</summary>
    public string? Problem => Standing()?.Why;

    /// <summary>True from the first commit that the store refused to the first that it takes again.</summary>
    internal bool IsFailing => failure is not null;

    /// <summary>How many commits failed since the process began.</summary>
    internal long FailedCommits => Interlocked.Read(ref failedCommits);

    /// <summary>Told of every commit, on the writer's thread: how many changes it held, and how long it took. It must not throw, and not take its time.</summary>
    internal Action<int, TimeSpan>? Committed { get; set; }

    internal void CommitBegan(long timestamp) => Volatile.Write(ref underWaySince, timestamp);

    /// <param name="duration">In ticks of the clock's timestamps.</param>
    /// <param name="changes">How many there were in it.</param>
    /// <returns>How long the store had been failing; null when it had not.</returns>
    internal TimeSpan? CommitSucceeded(long duration, int changes = 1)
    {
        Volatile.Write(ref underWaySince, None);
        durations.Add(duration);
        Committed?.Invoke(changes, time.GetElapsedTime(0, duration));
        if (failure is not { } over) return null;
        failure = null;
        return time.GetUtcNow() - over.Since;
    }

    /// <param name="why">Why the store cannot be written; null when not the store failed but what was to be written.</param>
    /// <returns>True when it could be written until now.</returns>
    internal bool CommitFailed(string? why)
    {
        Volatile.Write(ref underWaySince, None);
        Interlocked.Increment(ref failedCommits);
        if (why is null) return false;

        var before = failure;
        failure = new Failure(before?.Since ?? time.GetUtcNow(), why);
        return before is null;
    }

    private Failure? Standing()
    {
        if (failure is { } standing) return standing;
        var began = Volatile.Read(ref underWaySince);
        if (began == None || time.GetElapsedTime(began) is var age && age < StuckAfter) return null;
        return new Failure(time.GetUtcNow() - age, "The disk does not answer: a commit has been under way for more than 5 seconds.");
    }

    private sealed record Failure(DateTimeOffset Since, string Why);
}

/// <summary>How the store is at one moment.</summary>
/// <param name="IsAvailable">Whether it can be written.</param>
/// <param name="FailingSince">Since when it cannot; null while it can.</param>
/// <param name="Why">Why it cannot, in one sentence for people; null while it can.</param>
/// <param name="FailedCommits">How many commits failed since the process began, whether they were tried again or not.</param>
/// <param name="QueueLength">How many changes wait to be taken up by the writer.</param>
/// <param name="Commits">How long commits take.</param>
public sealed record StoreStatus(bool IsAvailable, DateTimeOffset? FailingSince, string? Why, long FailedCommits, int QueueLength, CommitTimes Commits);

/// <summary>How long commits took, from the begin of the transaction until it was on disk.</summary>
/// <param name="Count">How many there were since the process began.</param>
/// <param name="Median">Of the newest 4,096; zero when there was none yet.</param>
/// <param name="P99">99 of 100 of the newest 4,096 took no longer.</param>
/// <param name="Max">The longest of the newest 4,096.</param>
public sealed record CommitTimes(long Count, TimeSpan Median, TimeSpan P99, TimeSpan Max);
