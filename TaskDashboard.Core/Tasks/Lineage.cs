using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Telemetry;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Where code runs that a task has started: whatever it creates without saying otherwise becomes a child of that task. Flows with the
/// execution context, over awaits, thread-pool work and new threads alike.
/// </summary>
/// <param name="TaskId">The task at work.</param>
/// <param name="RunId">Its run.</param>
/// <param name="AgentId">Its agent.</param>
/// <param name="CallId">The tool call; null outside of one.</param>
public sealed record Lineage(string TaskId, string RunId, string AgentId, string? CallId)
{
    private static readonly AsyncLocal<Lineage?> Ambient = new();

    /// <summary>The lineage of the running code; null outside of a task.</summary>
    public static Lineage? Current => Ambient.Value;

    /// <summary>The answer that the tool call has waited for; null where it has asked nothing.</summary>
    internal RequestResolvedData? Answer { get; init; }

    /// <summary>The run behind it: what breaks on a thread of its own ends that run.</summary>
    internal LiveRun? Run { get; init; }

    /// <summary>The span of the tool call; null outside of one.</summary>
    internal ToolCallSpan? Span { get; init; }

    /// <summary>Where the tool call tells how far it is; null outside of one.</summary>
    internal CallProgress? Progress { get; init; }

    /// <summary>Puts the code of the calling method, and what it starts, under a lineage. Only to be called in an async method, which keeps it to itself.</summary>
    internal static void Enter(Lineage lineage) => Ambient.Value = lineage;
}
