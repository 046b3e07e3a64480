using System.Diagnostics;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Telemetry;

/// <summary>
/// Where a task comes from, as its spans tell it. Stored with the task, so that a run that waits in a queue, or begins after a restart, still has its
/// place below the call that spawned it.
/// </summary>
/// <param name="Parent">The span above its runs, as a W3C <c>traceparent</c>.</param>
/// <param name="Root">The task at the top; null for a task that is itself at the top, or where that is not known.</param>
public sealed record TaskTrace(string Parent, string? Root)
{
    /// <summary>The context of the span above; null when it cannot be read.</summary>
    internal ActivityContext? ParentContext => ActivityContext.TryParse(Parent, null, isRemote: true, out var context) ? context : null;

    /// <summary>The task at the top of a task's tree; null where that is not known, because nobody listened when the task was made.</summary>
    internal static string? RootOf(AgentTask task) => task.ParentTaskId is null ? task.Id : task.Settings.Trace?.Root;

    /// <summary>The span of a program that called this one and said in which trace it is (the header <c>traceparent</c>); null for none.</summary>
    internal static string? OfCaller(Activity? current)
    {
        while (current?.Parent is { } above) current = above;
        return current is { IdFormat: ActivityIdFormat.W3C, ParentId: { } caller } ? caller : null;
    }
}
