using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Durability.Stories;

namespace TaskDashboard.Tests.Durability.Ledgers;

/// <summary>Compares what tool calls left behind in a task's work dir with what its log says about them: no call took effect twice, none in secret.</summary>
internal static class EffectAudit
{
    public static IEnumerable<string> Check(TaskAccount account, TaskHistory history)
    {
        // While a task is at work, its files are ahead of what was just read about it.
        if (!history.Status.IsTerminal()) return [];
        var results = history.EventsOf("tool_result").ToDictionary(item => item.GetProperty("data").String("call_id")!, item => item.GetProperty("data"));
        return Words(account, history, results).Concat(Files(history, results));
    }

    /// <summary>Each word is the work of one call.</summary>
    private static IEnumerable<string> Words(TaskAccount account, TaskHistory history, Dictionary<string, JsonElement> results)
    {
        if (account.Effects.Count == 0) yield break;
        var file = Path.Combine(history.Task.String("work_dir")!, "effects.txt");
        var written = File.Exists(file) ? File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        foreach (var word in account.Effects)
        {
            List<JsonElement> calls =
            [
                .. from item in history.EventsOf("tool_use")
                   let call = item.GetProperty("data")
                   where call.GetProperty("arguments").GetRawText().Contains(word, StringComparison.Ordinal)
                   select call,
            ];
            if (calls.Count > 1) yield return $"{word} was asked for by {calls.Count} calls.";
            var status = calls.Count == 1 && results.TryGetValue(calls[0].String("call_id")!, out var result) ? result.String("status") : null;
            var count = written.Count(one => one == word);
            if (!Fits(status, count, calls.Count == 1))
                yield return $"{word} is in effects.txt {count} times, and its call {(calls.Count == 0 ? "was never made" : $"ended {status ?? "nowhere yet"}")}.";
        }
    }

    /// <summary>The remote model's calls make a file each; a call that is made twice overwrites its own.</summary>
    private static IEnumerable<string> Files(TaskHistory history, Dictionary<string, JsonElement> results)
    {
        foreach (var call in history.EventsOf("tool_use").Select(item => item.GetProperty("data")).Where(call => call.String("name") == "write_file"))
        {
            var id = call.String("call_id")!;
            if (call.GetProperty("arguments").String("path") != RemoteModel.FileOf(id)) continue;
            var result = results.TryGetValue(id, out var known) ? known : default(JsonElement?);
            var status = result?.String("status");
            if (result?.String("content")?.StartsWith("Overwrote", StringComparison.Ordinal) == true)
                yield return $"the call {id} took effect twice.";
            var exists = File.Exists(Path.Combine(history.Task.String("work_dir")!, RemoteModel.FileOf(id)));
            if (!Fits(status, exists ? 1 : 0, called: true))
                yield return $"the file of the call {id} is {(exists ? "there" : "missing")}, and the call ended {status ?? "nowhere yet"}.";
        }
    }

    private static bool Fits(string? status, int count, bool called) => (called, status) switch
    {
        (false, _) => count == 0,
        (_, "success") => count == 1,
        (_, "error") => count == 0,
        _ => count is 0 or 1,
    };
}
