using System.Diagnostics;
using System.Globalization;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using static TaskDashboard.Core.Telemetry.TelemetryNames;

namespace TaskDashboard.Core.Telemetry;

/// <summary>The span <c>chat</c> of one model call. Its attempts are events on it, because what is asked is the same each time.</summary>
/// <param name="span">The span.</param>
/// <param name="metrics">Where it is measured.</param>
/// <param name="known">What is known of every such call beforehand; few values, so that it may stand on metrics.</param>
/// <param name="run">The run that it counts for.</param>
internal sealed class ModelCallSpan(TimedSpan span, EngineMetrics metrics, TagList known, RunSpan? run)
{
    /// <summary>An attempt failed, and another one is waited for.</summary>
    public void Retrying(ModelRetry retry)
    {
        var tags = known;
        tags.Add(RateLimited, retry.RateLimited);
        metrics.Retries.Add(1, tags);

        // Not the cause: it repeats the provider's words.
        span.Activity?.AddEvent(new ActivityEvent("retry", tags: new ActivityTagsCollection
        {
            [RetryAttempt] = retry.Attempt,
            [RetryDue] = retry.DueAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            [RateLimited] = retry.RateLimited,
        }));
    }

    /// <summary>Ends it with what the model has said by now.</summary>
    public void End(ModelStep step, string outcome, string? errorType = null)
    {
        var firstToken = step.FirstToken;
        if (span.Activity is { IsAllDataRequested: true } activity) Describe(activity, step, firstToken);
        if (!span.TryEnd(outcome, errorType, out var duration)) return;
        run?.AddUsage(step.Usage);
        var tags = known;
        if (step.ResponseModel is { } model) tags.Add(ResponseModel, model);
        if (firstToken is { } first) metrics.TimeToFirstChunk.Record(first.TotalSeconds, tags);
        Count("input", step.Usage.Input, tags);
        Count("output", step.Usage.Output, tags);
        tags.Add(Outcome, outcome);
        if (errorType is not null) tags.Add(ErrorType, errorType);
        metrics.ModelCallDuration.Record(duration.TotalSeconds, tags);
    }

    private void Count(string type, long tokens, TagList tags)
    {
        if (tokens == 0) return;
        tags.Add(TokenType, type);
        metrics.TokenUsage.Record(tokens, tags);
    }

    private static void Describe(Activity activity, ModelStep step, TimeSpan? firstToken)
    {
        if (step.ResponseModel is { } model) activity.SetTag(ResponseModel, model);
        if (step.ResponseId is { } id) activity.SetTag(ResponseId, id);
        if (step.FinishReason is { } reason) activity.SetTag(FinishReasons, new[] { reason });
        if (firstToken is { } first) activity.SetTag(TimeToFirstChunk, first.TotalSeconds);
        if (step.Usage.Input > 0) activity.SetTag(InputTokens, step.Usage.Input);
        if (step.Usage.Output > 0) activity.SetTag(OutputTokens, step.Usage.Output);
        if (step.Usage.Cached > 0) activity.SetTag(CachedTokens, step.Usage.Cached);
    }
}
