using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Reads logs as another reader does, once a test has let it.</summary>
internal sealed class WatchedTranscripts(ITranscriptReader inner) : ITranscriptReader
{
    /// <summary>Who reads.</summary>
    public ITranscriptReader Inner { get; set; } = inner;

    /// <summary>Called before each reading with what is read and of which task.</summary>
    public Func<string, string, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Called behind each reading, before anybody has what was read.</summary>
    public Func<string, string, Task> Behind { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What is said to stand beside every log; null asks the store.</summary>
    public ChatLogs? Beside { get; set; }

    public Task<TranscriptEnd?> ReadEndAsync(string taskId, int count, IReadOnlySet<string> readingTools, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ReadEndAsync), taskId, () => Inner.ReadEndAsync(taskId, count, readingTools, cancellationToken), cancellationToken);

    public Task<TranscriptStretch?> ReadAsync(string taskId, long from, long to, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ReadAsync), taskId, () => Inner.ReadAsync(taskId, from, to, cancellationToken), cancellationToken);

    public Task<TranscriptStretch?> ReadAroundAsync(string taskId, long seq, int count, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ReadAroundAsync), taskId, () => Inner.ReadAroundAsync(taskId, seq, count, cancellationToken), cancellationToken);

    public Task<TranscriptStretch?> ReadBeforeAsync(string taskId, long before, int count, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ReadBeforeAsync), taskId, () => Inner.ReadBeforeAsync(taskId, before, count, cancellationToken), cancellationToken);

    public Task<TranscriptStretch?> ReadBehindAsync(string taskId, long after, int count, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ReadBehindAsync), taskId, () => Inner.ReadBehindAsync(taskId, after, count, cancellationToken), cancellationToken);

    public Task<QuietSteps?> FindQuietStepsAsync(string taskId, long edge, bool isBefore, long? limit = null, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(FindQuietStepsAsync), taskId, () => Inner.FindQuietStepsAsync(taskId, edge, isBefore, limit, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<long>> ListFailuresAsync(string taskId, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ListFailuresAsync), taskId, () => Inner.ListFailuresAsync(taskId, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<long>> SearchAsync(string taskId, string words, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(SearchAsync), taskId, () => Inner.SearchAsync(taskId, words, cancellationToken), cancellationToken);

    public Task<long?> FindEventAsync(string taskId, long eventId, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(FindEventAsync), taskId, () => Inner.FindEventAsync(taskId, eventId, cancellationToken), cancellationToken);

    public Task<long?> FindNamedAsync(string taskId, string id, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(FindNamedAsync), taskId, () => Inner.FindNamedAsync(taskId, id, cancellationToken), cancellationToken);

    public Task<ChatLogs> ListBesideAsync(string taskId, CancellationToken cancellationToken = default) =>
        ReadAsync(nameof(ListBesideAsync), taskId, () => Beside is { } logs ? Task.FromResult(logs) : Inner.ListBesideAsync(taskId, cancellationToken), cancellationToken);

    private async Task<T> ReadAsync<T>(string what, string taskId, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        await Before(what, taskId, cancellationToken);
        var told = await read();
        await Behind(what, taskId);
        return told;
    }
}
