using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Keeps what it is told of retries.</summary>
public sealed class RecordingCallObserver : IModelCallObserver
{
    private readonly List<string> log = [];

    public List<ModelRetry> Retries { get; } = [];

    /// <summary>What happened in order: <c>retrying 2</c>, <c>starting 2</c> …</summary>
    public IReadOnlyList<string> Log => log;

    public ValueTask RetryingAsync(ModelRetry retry, CancellationToken cancellationToken)
    {
        Retries.Add(retry);
        log.Add($"retrying {retry.Attempt}");
        return ValueTask.CompletedTask;
    }

    public ValueTask RetryStartingAsync(int attempt, CancellationToken cancellationToken)
    {
        log.Add($"starting {attempt}");
        return ValueTask.CompletedTask;
    }
}
