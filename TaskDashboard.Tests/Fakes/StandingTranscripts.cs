using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A store without long logs: everything comes by the feed.</summary>
internal sealed class StandingTranscripts : ITranscriptReader
{
    public Task<TranscriptEnd?> ReadEndAsync(string taskId, int count, IReadOnlySet<string> readingTools, CancellationToken cancellationToken = default) => Task.FromResult<TranscriptEnd?>(null);

    public Task<TranscriptStretch?> ReadAsync(string taskId, long from, long to, CancellationToken cancellationToken = default) => Task.FromResult<TranscriptStretch?>(null);

    public Task<TranscriptStretch?> ReadAroundAsync(string taskId, long seq, int count, CancellationToken cancellationToken = default) => Task.FromResult<TranscriptStretch?>(null);

    public Task<TranscriptStretch?> ReadBeforeAsync(string taskId, long before, int count, CancellationToken cancellationToken = default) => Task.FromResult<TranscriptStretch?>(null);

    public Task<TranscriptStretch?> ReadBehindAsync(string taskId, long after, int count, CancellationToken cancellationToken = default) => Task.FromResult<TranscriptStretch?>(null);

    public Task<QuietSteps?> FindQuietStepsAsync(string taskId, long edge, bool isBefore, long? limit = null, CancellationToken cancellationToken = default) => Task.FromResult<QuietSteps?>(null);

    public Task<IReadOnlyList<long>> ListFailuresAsync(string taskId, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<long>>([]);

    public Task<IReadOnlyList<long>> SearchAsync(string taskId, string words, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<long>>([]);

    public Task<long?> FindEventAsync(string taskId, long eventId, CancellationToken cancellationToken = default) => Task.FromResult<long?>(null);

    public Task<long?> FindNamedAsync(string taskId, string id, CancellationToken cancellationToken = default) => Task.FromResult<long?>(null);

    public Task<ChatLogs> ListBesideAsync(string taskId, CancellationToken cancellationToken = default) => Task.FromResult(ChatLogs.None);
}
