using System.Text.Json;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>The tokens of the row, and of each run that has ended, are those of the log's usage events.</summary>
internal static class UsageExpectations
{
    public static IEnumerable<string> Check(TaskHistory history)
    {
        var spent = history.EventsOf("usage").ToLookup(item => item.String("run_id"), item => item.GetProperty("data"));
        if (Sum(spent.SelectMany(run => run)) is var all && Of(history.Task.GetProperty("usage")) is var row && all != row)
            yield return $"the row counts {row} tokens, and the log {all}.";
        foreach (var run in history.Runs.Where(run => run.GetProperty("outcome").ValueKind != JsonValueKind.Null))
        {
            var logged = Sum(spent[run.String("run_id")]);
            var listed = Of(run.GetProperty("usage"));
            if (logged != listed)
                yield return $"the list of runs counts {listed} tokens for {run.String("run_id")} ({run.String("outcome")}), and the log {logged}.";
        }
    }

    private static (long Input, long Output) Sum(IEnumerable<JsonElement> usages) =>
        usages.Select(Of).Aggregate((Input: 0L, Output: 0L), (sum, one) => (sum.Input + one.Input, sum.Output + one.Output));

    private static (long Input, long Output) Of(JsonElement usage) => (usage.GetProperty("input").GetInt64(), usage.GetProperty("output").GetInt64());
}
