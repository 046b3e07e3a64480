using System.Diagnostics;
using TaskDashboard.Core.Runs;
using static TaskDashboard.Core.Telemetry.TelemetryNames;

namespace TaskDashboard.Core.Telemetry;

/// <summary>The span <c>execute_tool</c> of one tool call, from when it was let go. The parent of every run of a task that the call spawns.</summary>
internal sealed class ToolCallSpan(TimedSpan span, EngineMetrics metrics, string tool, string agentName)
{
    /// <summary>As a W3C <c>traceparent</c>; null where nobody listens.</summary>
    public string? Id => span.Activity?.Id;

    /// <param name="outcome">How the call ended.</param>
    /// <param name="errorType">What kind of failure it was, in a word of ours or as an exception's type; null for none.</param>
    public void End(StepOutcome outcome, string? errorType = null)
    {
        var word = outcome switch
        {
            StepOutcome.Success => Completed,
            StepOutcome.Cancelled => Cancelled,
            StepOutcome.Unknown => "unknown",
            _ => Failed,
        };
        if (!span.TryEnd(word, errorType, out var duration)) return;
        TagList tags = [new(ToolName, tool), new(AgentName, agentName), new(Outcome, word)];
        if (errorType is not null) tags.Add(ErrorType, errorType);
        metrics.ToolDuration.Record(duration.TotalSeconds, tags);
    }
}
