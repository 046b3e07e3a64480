using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// Builds the pipeline of a provider: retries around a circuit breaker. It covers a call up to its first token and no further:
/// what a viewer has seen cannot be unsaid by a second attempt.
/// </summary>
internal static class ResiliencePipelines
{
    /// <summary>The breaker opens when, of at least this many attempts within <see cref="BreakerWindow"/>, four in five failed.</summary>
    public const int BreakerThroughput = 20;

    private const double BreakerRatio = 0.8;

    /// <summary>Who is told of retries; set on the context of each call.</summary>
    public static readonly ResiliencePropertyKey<IModelCallObserver> Observer = new("task-dashboard.observer");

    public static readonly TimeSpan BreakerWindow = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan BreakerBreak = TimeSpan.FromSeconds(15);

    /// <summary>First wait between attempts; doubles, with jitter, up to <see cref="LongestBackoff"/>.</summary>
    public static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    public static ResiliencePipeline Build(ProviderOptions provider, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder { Name = provider.Name, TimeProvider = time };
        if (provider.MaxAttempts > 1) builder.AddRetry(Retries(provider.MaxAttempts, time));
        return builder
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = BreakerRatio,
                MinimumThroughput = BreakerThroughput,
                SamplingDuration = BreakerWindow,
                BreakDuration = BreakerBreak,
                ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Exception is ModelCallFailure { CountsForBreaker: true }),
            })
            .Build();
    }

    private static RetryStrategyOptions Retries(int maxAttempts, TimeProvider time) => new()
    {
        MaxRetryAttempts = maxAttempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = Backoff,
        MaxDelay = LongestBackoff,
        ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome.Exception is ModelCallFailure { Transient: true }),

        // Null leaves it to the backoff.
        DelayGenerator = static outcome => ValueTask.FromResult((outcome.Outcome.Exception as ModelCallFailure)?.RetryAfter),
        OnRetry = async retry =>
        {
            if (!retry.Context.Properties.TryGetValue(Observer, out var observer)) return;
            var failure = (ModelCallFailure)retry.Outcome.Exception!;
            var due = time.GetUtcNow() + retry.RetryDelay;
            await observer.RetryingAsync(new ModelRetry(retry.AttemptNumber + 2, due, failure.RateLimited, failure.Message), retry.Context.CancellationToken)
                .ConfigureAwait(false);
        },
    };
}
