namespace TaskDashboard.Core.Storage;

/// <summary>How long a change may wait for a store that cannot be written.</summary>
internal enum WritePatience
{
    /// <summary>Until it is on disk. For facts that the engine owns: they happened, and nobody could say them again.</summary>
    UntilWritten,

    /// <summary>
    /// As long as whoever asked for it waits (<see cref="WriteQueue.CallerPatience"/>). Then it is refused, and never written later: nothing was stored.
    /// </summary>
    WhileSomebodyWaits,
}
