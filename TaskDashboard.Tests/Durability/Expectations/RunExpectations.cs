using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>
/// Runs follow one another and never overlap; each begins once and ends once, its end is told by the log and by the list of runs alike, and the
/// task's status goes along with it. What a run finds out is logged between its begin and its end, never behind it.
/// </summary>
internal static class RunExpectations
{
    private static readonly string[] OnlyInARun = ["tool_use", "tool_result", "thought", "usage", "error"];

    public static IEnumerable<string> Check(TaskHistory history)
    {
        var known = history.Runs.ToDictionary(run => run.String("run_id")!);
        var begun = new List<string>();
        string? open = null;
        foreach (var (item, index) in history.Events.Select((item, index) => (item, index)))
        {
            var seq = item.GetProperty("seq");
            var data = item.GetProperty("data");
            if (item.String("type") != "run")
            {
                if (IsWork(item) && (open is null || item.String("run_id") != open))
                    yield return $"event {seq} ({item.String("type")}) of run {item.String("run_id")} stands outside of it; open is {open ?? "none"}.";
                continue;
            }

            var run = data.String("run_id")!;
            if (!known.TryGetValue(run, out var listed))
            {
                yield return $"event {seq} is about run {run}, which is not in the list of runs.";
                continue;
            }

            if (data.GetProperty("attempt").GetInt32() != listed.GetProperty("attempt").GetInt32())
                yield return $"event {seq} and the list of runs count run {run} differently.";
            if (data.String("cause") != listed.String("cause"))
                yield return $"event {seq} says that run {run} came by {data.String("cause")}, and the list of runs by {listed.String("cause")}.";
            if (!data.TryGetProperty("outcome", out var outcome))
            {
                if (open is not null) yield return $"event {seq} begins run {run} while {open} is open.";
                if (begun.Contains(run)) yield return $"event {seq} begins run {run} again.";
                begun.Add(run);
                open = run;
                if (listed.GetProperty("attempt").GetInt32() != begun.Count)
                    yield return $"run {run} is number {begun.Count} in the log and {listed.GetProperty("attempt")} in the list of runs.";
                continue;
            }

            if (open != run) yield return $"event {seq} ends run {run} while {open ?? "none"} is open.";
            open = null;
            if (outcome.GetString() != listed.String("outcome"))
                yield return $"event {seq} ends run {run} as {outcome.GetString()}, and the list of runs as {listed.String("outcome")}.";
            if (!Follows(outcome.GetString()!, NextStatus(history, index)))
                yield return $"run {run} ended {outcome.GetString()} at event {seq}, and the next status is {NextStatus(history, index)}.";
        }

        if (begun.Count != history.Runs.Count) yield return $"{begun.Count} runs began in the log, and {history.Runs.Count} are listed.";
        if (history.Task.GetProperty("run_count").GetInt32() is var count && count != begun.Count)
            yield return $"the row counts {count} runs, and {begun.Count} began.";
        foreach (var run in history.Runs.Where(run => run.String("run_id") != open && run.GetProperty("outcome").ValueKind == JsonValueKind.Null))
            yield return $"run {run.String("run_id")} has no end in the list of runs.";
        if (open is not null && known.TryGetValue(open, out var last) && last.GetProperty("outcome").ValueKind != JsonValueKind.Null)
            yield return $"run {open} has no end in the log, and the list of runs has {last.String("outcome")}.";
        var atWork = history.Status is AgentTaskStatus.Running or AgentTaskStatus.Waiting;
        if (atWork != open is not null)
            yield return $"it is {history.Status.ToWire()}, and {(open is null ? "no run is open" : $"run {open} is open")}.";
    }

    private static bool IsWork(JsonElement item) =>
        OnlyInARun.Contains(item.String("type")) || (item.String("type") == "message" && item.GetProperty("data").String("role") == "assistant");

    private static string? NextStatus(TaskHistory history, int index) =>
        history.Events.Skip(index + 1).Where(item => item.String("type") == "status").Select(item => item.GetProperty("data").String("status")).FirstOrDefault();

    /// <summary>A run that failed may leave its task pending for the next attempt; one that its process left does, or fails it as orphaned.</summary>
    private static bool Follows(string outcome, string? status) => outcome switch
    {
        "completed" or "cancelled" => status == outcome,
        "failed" => status is "failed" or "pending",
        "interrupted" => status is "pending" or "failed",
        _ => false,
    };
}
