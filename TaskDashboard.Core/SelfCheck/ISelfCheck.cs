namespace TaskDashboard.Core.SelfCheck;

/// <summary>
/// What the engine promises about its tasks, looked at every 15 seconds by a watchdog that trusts nothing but the store and itself. What is
/// broken is told, counted, and put right where that is safe. Safe for threads.
/// </summary>
public interface ISelfCheck
{
    /// <summary>The newest look. Before the first one every invariant is <see cref="InvariantStatus.NotChecked"/>.</summary>
    SelfCheckReport Current { get; }

    /// <summary>Raised after each look, on the watchdog's thread; handlers must be quick and must not throw.</summary>
    event Action? Changed;

    /// <summary>Looks now, and answers with what it found. One look at a time: a second caller waits for the first.</summary>
    Task<SelfCheckReport> CheckAsync(CancellationToken cancellationToken = default);
}
