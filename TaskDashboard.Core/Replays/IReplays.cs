using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Replays;

/// <summary>
/// Plays runs again from what was recorded of them: the same engine, with the model's recorded answers and the tools' recorded results, in a store of its
/// own, on a clock of its own. No model is asked, no tool is called, nothing waits, and the task is left as it is. Safe for threads.
/// </summary>
public interface IReplays
{
    /// <summary>Plays a run and says whether it came to the same.</summary>
    /// <param name="runId">A run that has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">
    /// <c>not_found</c>; <c>run_active</c> while it is at work; <c>not_recorded</c> where one of its model calls was not, or not to its end; <c>replay_busy</c> while another
    /// one plays.
    /// </exception>
    Task<ReplayReport> ReplayAsync(string runId, CancellationToken cancellationToken = default);
}

/// <summary>What a replay came to.</summary>
/// <param name="RunId">The run that was played.</param>
/// <param name="Equal">The transcript, what the model was sent, the outcome and the tokens are those of the run.</param>
/// <param name="Calls">How many model calls were played.</param>
/// <param name="Entries">How many entries of the transcript were compared.</param>
/// <param name="VirtualMs">How long the model took on the replay's clock.</param>
/// <param name="TookMs">How long the replay took.</param>
/// <param name="Differences">Where it went another way, the first ones; empty where it did not.</param>
public sealed record ReplayReport(string RunId, bool Equal, int Calls, int Entries, long VirtualMs, long TookMs, IReadOnlyList<ReplayDifference> Differences)
{
    /// <summary>The recording ends before the run did: it went with its process, and was played as far as it goes.</summary>
    public bool Partial { get; init; }
}

/// <summary>A place where run and replay differ.</summary>
/// <param name="Place">What differs, such as <c>call 3, message 5</c>, <c>entry 7</c>, <c>outcome</c> or <c>tokens</c>.</param>
/// <param name="Recorded">As it was; null where there was nothing.</param>
/// <param name="Replayed">As it came out; null where there was nothing.</param>
public sealed record ReplayDifference(string Place, string? Recorded, string? Replayed);
