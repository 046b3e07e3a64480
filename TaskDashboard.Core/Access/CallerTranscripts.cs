using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.Core.Access;

/// <summary>Whoever sees a task reads its log.</summary>
internal sealed class CallerTranscripts(TranscriptReader inner, CallerTaskReader tasks) : ITranscriptReader
{
    public async Task<TranscriptEnd?> ReadEndAsync(string taskId, int count, IReadOnlySet<string> readingTools, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ReadEndAsync(taskId, count, readingTools, cancellationToken) : null;

    public async Task<TranscriptStretch?> ReadAsync(string taskId, long from, long to, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ReadAsync(taskId, from, to, cancellationToken) : null;

    public async Task<TranscriptStretch?> ReadAroundAsync(string taskId, long seq, int count, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ReadAroundAsync(taskId, seq, count, cancellationToken) : null;

    public async Task<TranscriptStretch?> ReadBeforeAsync(string taskId, long before, int count, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ReadBeforeAsync(taskId, before, count, cancellationToken) : null;

    public async Task<TranscriptStretch?> ReadBehindAsync(string taskId, long after, int count, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ReadBehindAsync(taskId, after, count, cancellationToken) : null;

    public async Task<QuietSteps?> FindQuietStepsAsync(string taskId, long edge, bool isBefore, long? limit = null, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.FindQuietStepsAsync(taskId, edge, isBefore, limit, cancellationToken) : null;

    public async Task<IReadOnlyList<long>> ListFailuresAsync(string taskId, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ListFailuresAsync(taskId, cancellationToken) : [];

    public async Task<IReadOnlyList<long>> SearchAsync(string taskId, string words, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.SearchAsync(taskId, words, cancellationToken) : [];

    public async Task<long?> FindEventAsync(string taskId, long eventId, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.FindEventAsync(taskId, eventId, cancellationToken) : null;

    public async Task<long?> FindNamedAsync(string taskId, string id, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.FindNamedAsync(taskId, id, cancellationToken) : null;

    public async Task<ChatLogs> ListBesideAsync(string taskId, CancellationToken cancellationToken = default) =>
        await IsSeenAsync(taskId, cancellationToken) ? await inner.ListBesideAsync(taskId, cancellationToken) : ChatLogs.None;

    private async Task<bool> IsSeenAsync(string taskId, CancellationToken cancellationToken) => await tasks.FindAsync(taskId, cancellationToken) is not null;
}
