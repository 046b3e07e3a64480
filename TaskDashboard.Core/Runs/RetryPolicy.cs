using System.Globalization;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Decides whether a failed run is tried again by itself, and when: twice as long after each attempt, up to a cap, and never exactly then, so
/// that a hundred tasks that failed together do not come back together.
/// </summary>
internal sealed class RetryPolicy(IOptions<DashboardOptions> options, TimeProvider time, Random random)
{
    /// <summary>Null when it is the end: the failure is permanent, or the attempts are used up.</summary>
    public (DateTimeOffset DueAt, string Text)? Next(AgentTask task, RunFailure failure)
    {
        if (!failure.Retryable || task.Attempt >= task.MaxAttempts) return null;
        var due = StoreTime.Truncate(time.GetUtcNow() + Delay(task.Attempt));
        return (due, string.Create(
            CultureInfo.InvariantCulture, $"Attempt {task.Attempt + 1} of {task.MaxAttempts} starts at {due:HH:mm:ss} UTC. The last one failed: {failure.Text}"));
    }

    /// <summary>The pause behind an attempt: from half of it to the whole, so that the cap is never exceeded.</summary>
    public TimeSpan Delay(int attempt)
    {
        var limits = options.Value.Limits;
        var whole = Math.Min(limits.MaxRetryDelaySeconds, limits.RetryDelaySeconds * Math.Pow(2, Math.Min(attempt, 30) - 1));
        return TimeSpan.FromSeconds(whole * (0.5 + (random.NextDouble() / 2)));
    }
}

/// <summary>Why a run failed.</summary>
/// <param name="Reason">One of <see cref="ReasonCodes"/>.</param>
/// <param name="ErrorCode">For an <c>error</c> event; null when the status says it all.</param>
/// <param name="Text">In one sentence.</param>
/// <param name="Retryable">Whether the same may well succeed later.</param>
internal sealed record RunFailure(string Reason, string? ErrorCode, string Text, bool Retryable);
