namespace TaskDashboard.Core.Transcripts;

/// <summary>
/// Reads the log of a task in stretches, as its transcript shows it, and finds places in it; whoever reads never needs the whole. Safe for threads.
/// </summary>
public interface ITranscriptReader
{
    /// <summary>The newest stretch, with what the whole log says of the task as it is.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="count">About so many events.</param>
    /// <param name="readingTools">Names of tools that change nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where there is no such task.</returns>
    Task<TranscriptEnd?> ReadEndAsync(string taskId, int count, IReadOnlySet<string> readingTools, CancellationToken cancellationToken = default);

    /// <summary>Exactly these events; null where there are none.</summary>
    Task<TranscriptStretch?> ReadAsync(string taskId, long from, long to, CancellationToken cancellationToken = default);

    /// <summary>About so many events around an event; null where the log does not have that.</summary>
    Task<TranscriptStretch?> ReadAroundAsync(string taskId, long seq, int count, CancellationToken cancellationToken = default);

    /// <summary>About so many events before an event; null where there are none.</summary>
    Task<TranscriptStretch?> ReadBeforeAsync(string taskId, long before, int count, CancellationToken cancellationToken = default);

    /// <summary>About so many events behind an event; null where there are none.</summary>
    Task<TranscriptStretch?> ReadBehindAsync(string taskId, long after, int count, CancellationToken cancellationToken = default);

    /// <summary>The finished, successful steps that follow one another without anything else in between.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="edge">They end before this event, or begin with it.</param>
    /// <param name="isBefore">Looks towards the log's beginning.</param>
    /// <param name="limit">Looks no further than this event, which may belong to them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where there are none.</returns>
    Task<QuietSteps?> FindQuietStepsAsync(string taskId, long edge, bool isBefore, long? limit = null, CancellationToken cancellationToken = default);

    /// <summary>Where something went wrong, in order: calls that failed or of which nobody knows, errors, failed ends. Of a call its beginning.</summary>
    Task<IReadOnlyList<long>> ListFailuresAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>The entries that have the words anywhere in what they show, in order; of a call its beginning.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="words">Part of the text, as it stands there; capitals do not matter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<long>> SearchAsync(string taskId, string words, CancellationToken cancellationToken = default);

    /// <summary>The first event of the task that has this store-wide id or a greater one; null where there is none.</summary>
    Task<long?> FindEventAsync(string taskId, long eventId, CancellationToken cancellationToken = default);

    /// <summary>The first event that names something: a message, a call, a request, a run, a task. Null where none does.</summary>
    Task<long?> FindNamedAsync(string taskId, string id, CancellationToken cancellationToken = default);

    /// <summary>The other tasks of a task's chat, oldest first, each with the place in this one's log where it began.</summary>
    Task<ChatLogs> ListBesideAsync(string taskId, CancellationToken cancellationToken = default);
}
