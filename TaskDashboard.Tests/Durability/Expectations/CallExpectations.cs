using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>
/// A tool call is announced once, before it is made, and has one result by the time its run ends; what nobody knows the result of says so. A call
/// that was announced after a cancel was accepted was not made.
/// </summary>
/// <remarks>Call ids are expected to be unique in a task, as those of the builtin model and of the fake servers are.</remarks>
internal static class CallExpectations
{
    public static IEnumerable<string> Check(TaskHistory history)
    {
        var announced = new HashSet<string>();
        var answered = new HashSet<string>();
        var open = new HashSet<string>();
        var late = new HashSet<string>();
        var stopping = false;
        foreach (var item in history.Events)
        {
            var seq = item.GetProperty("seq");
            var data = item.GetProperty("data");
            switch (item.String("type"))
            {
                case "status":
                    stopping = data.String("reason") == "stopping";
                    break;
                case "tool_use":
                    var made = data.String("call_id")!;
                    if (!announced.Add(made)) yield return $"event {seq} makes the call {made} again.";
                    open.Add(made);
                    if (stopping) late.Add(made);
                    break;
                case "tool_result":
                    var ended = data.String("call_id")!;
                    var status = data.String("status");
                    if (!announced.Contains(ended)) yield return $"event {seq} is the result of the call {ended}, which was not announced.";
                    if (!answered.Add(ended)) yield return $"event {seq} is another result of the call {ended}.";
                    if (late.Contains(ended) && status is not ("cancelled" or "unknown"))
                        yield return $"the call {ended} was made after a cancel was accepted: {status} at event {seq}.";
                    open.Remove(ended);
                    break;
                case "run" when data.TryGetProperty("outcome", out _):
                    foreach (var call in open) yield return $"the call {call} has no result at the end of its run, event {seq}.";
                    open.Clear();
                    break;
            }
        }

        if (open.Count > 0 && history.Status is not (AgentTaskStatus.Running or AgentTaskStatus.Waiting))
            yield return $"it is {history.Status.ToWire()}, and the calls {string.Join(", ", open)} have no result.";
    }
}
