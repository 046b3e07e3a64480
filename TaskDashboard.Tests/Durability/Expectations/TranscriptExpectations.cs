using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>
/// The transcript has every message, thought, call and result of the log exactly once, with the same words and in the log's order, and a task
/// that completed has left no message unread.
/// </summary>
internal static class TranscriptExpectations
{
    public static IEnumerable<string> Check(TaskHistory history)
    {
        var told = new Dictionary<string, (JsonElement Data, long Seq)>();
        foreach (var item in history.Events)
        {
            var data = item.GetProperty("data");
            var key = item.String("type") switch
            {
                "message" or "thought" => data.String("message_id"),
                "tool_use" => $"use {data.String("call_id")}",
                "tool_result" => $"result {data.String("call_id")}",
                _ => null,
            };
            if (key is not null) told[key] = (data, item.GetProperty("seq").GetInt64());
        }

        var seen = new HashSet<string>();
        long seq = 0;
        foreach (var entry in history.Messages)
        {
            var id = entry.String("message_id")!;
            var role = entry.String("role");
            var key = role switch { "tool_use" => $"use {entry.String("call_id")}", "tool_result" => $"result {entry.String("call_id")}", _ => id };
            if (!seen.Add(key)) yield return $"the transcript has {key} twice.";
            var place = entry.GetProperty("seq").GetInt64();
            if (place <= seq) yield return $"the transcript's {key} is at {place} behind {seq}.";
            seq = place;
            if (entry.String("state") == "open") yield return $"the transcript's {key} is still open.";
            if (entry.String("state") == "stored" && history.Status == AgentTaskStatus.Completed)
                yield return $"it completed without having read {key}: \"{entry.String("text")}\".";
            if (!told.TryGetValue(key, out var fact))
            {
                // Remarks of the engine and news of other tasks may stand in the transcript alone.
                if (role is "user" or "assistant" or "thought" or "tool_use" or "tool_result")
                    yield return $"the transcript's {key} ({role}) is not in the log.";
                continue;
            }

            if (fact.Seq != place) yield return $"the transcript has {key} at {place}, and the log at {fact.Seq}.";
            if (!SaysTheSame(entry, fact.Data)) yield return $"the transcript and the log have different words for {key}.";
        }

        foreach (var (key, (data, at)) in told)
        {
            if (!seen.Contains(key) && !IsRemoved(data)) yield return $"event {at} ({key}) is missing from the transcript.";
        }
    }

    private static bool IsRemoved(JsonElement data) => data.TryGetProperty("state", out var state) && state.GetString() == "removed";

    private static bool SaysTheSame(JsonElement entry, JsonElement data) => entry.String("role") switch
    {
        "tool_use" => JsonElement.DeepEquals(JsonElement.Parse(entry.String("text")!), data.GetProperty("arguments")),
        "tool_result" => entry.String("text")!.EndsWith(data.String("content")!, StringComparison.Ordinal) && entry.String("tool_status") == data.String("status"),
        _ => entry.String("text") == data.String("text"),
    };
}
