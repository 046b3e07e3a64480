using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>The status moves along the table's edges, each step is in the log once, and the row stands where the log ends.</summary>
internal static class StatusExpectations
{
    public static IEnumerable<string> Check(TaskHistory history)
    {
        AgentTaskStatus? at = null;
        string? reason = null;
        foreach (var item in history.EventsOf("status"))
        {
            var seq = item.GetProperty("seq");
            var data = item.GetProperty("data");
            reason = data.String("reason");
            if (data.String("previous") != at?.ToWire())
                yield return $"status event {seq} says it came from {data.String("previous")}, and it stood at {at?.ToWire()}.";
            if (!AgentTaskStatusExtensions.TryParse(data.String("status"), out var to))
                yield return $"status event {seq} has the status {data.String("status")}.";
            if (at is null && to != AgentTaskStatus.Pending) yield return $"it began as {to.ToWire()}.";
            if (at is { } from && !TaskTransitions.IsLegal(from, to)) yield return $"status event {seq} goes from {from.ToWire()} to {to.ToWire()}.";
            if ((!to.IsTerminal() || to == AgentTaskStatus.Failed) && (string.IsNullOrEmpty(reason) || string.IsNullOrEmpty(data.String("reason_text"))))
                yield return $"status event {seq} ({to.ToWire()}) has no reason.";
            at = to;
        }

        if (at != history.Status) yield return $"the row says {history.Status.ToWire()}, and its last status event {at?.ToWire()}.";
        if (reason != history.Task.String("reason"))
            yield return $"the row's reason is {history.Task.String("reason")}, and that of its last status event {reason}.";
        if (!history.Status.IsTerminal() && string.IsNullOrEmpty(history.Task.String("reason_text")))
            yield return "it does not say why it is not done.";
    }
}
