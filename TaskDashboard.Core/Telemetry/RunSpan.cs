using System.Diagnostics;
using TaskDashboard.Core.Tasks;
using static TaskDashboard.Core.Telemetry.TelemetryNames;

namespace TaskDashboard.Core.Telemetry;

/// <summary>The span <c>invoke_agent</c> of one run: from its claim to its settled end, whatever it waited for in between.</summary>
internal sealed class RunSpan(TimedSpan span, EngineMetrics metrics, string agentName) : IDisposable
{
    private long input;
    private long output;

    /// <summary>As a W3C <c>traceparent</c>; null where nobody listens.</summary>
    public string? Id => span.Activity?.Id;

    public void AddUsage(TaskUsage usage)
    {
        Interlocked.Add(ref input, usage.Input);
        Interlocked.Add(ref output, usage.Output);
    }

    /// <param name="outcome">How the run ended.</param>
    /// <param name="errorType">Why it failed; null when it did not.</param>
    public void End(string outcome, string? errorType = null)
    {
        span.Activity?.SetTag(InputTokens, Interlocked.Read(ref input)).SetTag(OutputTokens, Interlocked.Read(ref output));
        if (!span.TryEnd(outcome, errorType, out var duration)) return;
        TagList tags = [new(AgentName, agentName), new(Outcome, outcome)];
        if (errorType is not null) tags.Add(ErrorType, errorType);
        metrics.RunDuration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Ends it where nothing else has: the end of the run could not be written.</summary>
    public void Dispose() => End(Failed, Other);
}
