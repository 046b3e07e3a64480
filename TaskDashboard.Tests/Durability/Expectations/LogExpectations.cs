using System.Text.Json;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>
/// What must be true of every task at every moment, whatever was done to it and however often its process was killed. Each part looks at what
/// is stored and tells what is wrong in sentences; a history that nothing is wrong with holds.
/// </summary>
internal static class LogExpectations
{
    private static readonly Func<TaskHistory, IEnumerable<string>>[] Parts =
        [Sequence, StatusExpectations.Check, RunExpectations.Check, CallExpectations.Check, TranscriptExpectations.Check, UsageExpectations.Check];

    /// <summary>Every violation, each in a sentence that names the task; empty when all of it holds.</summary>
    public static IReadOnlyList<string> Violations(TaskHistory history) =>
        [.. Parts.SelectMany(part => part(history)).Select(violation => $"{history.Id}: {violation}")];

    public static void AssertHold(TaskHistory history)
    {
        var violations = Violations(history);
        Assert.True(violations.Count == 0, $"{string.Join('\n', violations)}\n{Describe(history)}");
    }

    /// <summary>The log in one line each, for the message of a test that failed.</summary>
    public static string Describe(TaskHistory history) =>
        string.Join('\n', history.Events.Select(item => $"  {item.GetProperty("seq")} {item.String("type")} {item.String("run_id")} {Short(item.GetProperty("data"))}")
            .Prepend($"{history.Id} {history.Task.String("status")} {history.Task.String("reason")} \"{history.Task.String("reason_text")}\""));

    /// <summary>Gapless from 1, its ids growing, up to what the row says, and all of it this task's.</summary>
    private static IEnumerable<string> Sequence(TaskHistory history)
    {
        long seq = 0, id = 0;
        foreach (var item in history.Events)
        {
            if (item.GetProperty("seq").GetInt64() != ++seq) yield return $"event {item.GetProperty("seq")} stands where {seq} belongs.";
            if (item.GetProperty("id").GetInt64() is var next && next <= id) yield return $"event {seq} has the id {next} behind {id}.";
            else id = next;
            if (item.String("task_id") != history.Id) yield return $"event {seq} belongs to {item.String("task_id")}.";
            if (item.String("type") != "subtask" && item.GetProperty("data").String("task_id") != history.Id)
                yield return $"the data of event {seq} belong to another task.";
        }

        if (history.Task.GetProperty("last_seq").GetInt64() is var last && last != seq)
            yield return $"the row says that {last} events are there, and there are {seq}.";
    }

    private static string Short(JsonElement data) => data.GetRawText() is { Length: > 300 } text ? text[..300] : data.GetRawText();
}
