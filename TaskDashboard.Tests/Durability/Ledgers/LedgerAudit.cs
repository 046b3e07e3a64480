using System.Net;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Expectations;

namespace TaskDashboard.Tests.Durability.Ledgers;

/// <summary>
/// Compares what clients were promised with what the program has: over REST, task by task. Tells in sentences what is lost, doubled or changed.
/// </summary>
internal sealed class LedgerAudit(HttpClient client, Ledger ledger)
{
    private const int AtATime = 8;

    private readonly List<string> violations = [];

    /// <summary>What was found of each task that is there.</summary>
    public Dictionary<TaskAccount, TaskHistory> Histories { get; } = [];

    /// <param name="accounts">Whose tasks are looked at.</param>
    /// <param name="settled">Whether nothing moves any more, so that every task has to be where its story ends.</param>
    /// <returns>What is wrong.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(IEnumerable<TaskAccount> accounts, bool settled)
    {
        foreach (var some in accounts.Chunk(AtATime))
        {
            foreach (var (account, seen, history) in await Task.WhenAll(some.Select(ReadAsync)))
            {
                foreach (var violation in Check(account, seen, history, settled))
                    violations.Add($"{violation}\n    {account}{(history is null ? "" : $"\n{LogExpectations.Describe(history)}")}");
                if (history is not null) Histories[account] = history;
            }
        }

        violations.AddRange(ledger.Surprises);
        return violations;
    }

    /// <summary>The list has what the counts say, and the badge too. Only where nothing moves.</summary>
    public async Task<IReadOnlyList<string>> CheckListAsync()
    {
        List<string> listed = [.. (await TaskHistory.AllAsync(client, "/api/tasks")).Select(task => task.String("status")!)];
        using var response = await client.GetAsync("/api/tasks?limit=1");
        var counts = (await response.JsonAsync()).GetProperty("counts").EnumerateObject().ToDictionary(count => count.Name, count => count.Value.GetInt64());
        using var badge = await client.GetAsync("/api/tasks/running/count");
        var running = await badge.JsonAsync();
        var expected = ledger.Accounts.Count(account => account.Id is not null && !account.DeleteSent);
        List<string> wrong =
        [
            .. AgentTaskStatusExtensions.All.Select(status => status.ToWire()).Where(status => counts[status] != listed.Count(one => one == status))
                .Select(status => $"The list counts {counts[status]} tasks as {status} and has {listed.Count(one => one == status)}."),
        ];
        if (running.GetProperty("count").GetInt64() != counts["running"]) wrong.Add($"The badge counts {running.GetProperty("count")} running tasks, and the list {counts["running"]}.");
        if (listed.Count < expected) wrong.Add($"The list has {listed.Count} tasks, and {expected} were acknowledged.");
        if (listed.Count > ledger.Accounts.Count) wrong.Add($"The list has {listed.Count} tasks, and only {ledger.Accounts.Count} were ever asked for.");
        return wrong;
    }

    /// <summary>Reads what a viewer has seen first: it may be shown more while the task is read.</summary>
    private async Task<(TaskAccount Account, IReadOnlyDictionary<long, string> Seen, TaskHistory? History)> ReadAsync(TaskAccount account)
    {
        var seen = account.Viewer?.Seen ?? new Dictionary<long, string>();
        return (account, seen, account.Id is null ? null : await TaskHistory.ReadAsync(client, account.Id));
    }

    private static IEnumerable<string> Check(TaskAccount account, IReadOnlyDictionary<long, string> seen, TaskHistory? history, bool settled)
    {
        if (history is null) return account.Id is null || account.DeleteSent ? [] : ["An acknowledged task is lost."];
        if (account.DeleteAcknowledged) return ["A deleted task is there."];
        return [
            .. LogExpectations.Violations(history), .. EffectAudit.Check(account, history), .. Created(account, history), .. Said(account, history, settled),
            .. Shown(account, seen, history), .. settled ? Ended(account, history) : [],
        ];
    }

    private static IEnumerable<string> Created(TaskAccount account, TaskHistory history)
    {
        var task = history.Task;
        if (task.String("title") != (string)account.Body["title"]!) yield return $"The title is {task.String("title")}.";
        if (task.GetProperty("priority").GetInt32() != (int)account.Body["priority"]!)
            yield return $"The priority is {task.GetProperty("priority")}.";
        if (task.GetProperty("metadata").GetRawText() != JsonSerializer.Serialize(account.Body["metadata"]))
            yield return $"The metadata are {task.GetProperty("metadata")}.";
        if (history.Messages.Count(entry => IsUsers(entry) && entry.String("text") == account.Message) != 1)
            yield return "The first message is not in the transcript exactly once.";
    }

    private static IEnumerable<string> Said(TaskAccount account, TaskHistory history, bool settled)
    {
        var answers = string.Concat(history.Messages.Where(entry => entry.String("role") == "assistant").Select(entry => entry.String("text")));
        foreach (var message in account.Messages)
        {
            List<JsonElement> entries = [.. history.Messages.Where(entry => IsUsers(entry) && entry.String("text") == message.Text)];
            if (message.MessageId is null)
            {
                if (entries.Count > (message.Refused ? 0 : 1))
                    yield return $"The message \"{message.Text}\" was not acknowledged and is in the transcript {entries.Count} times.";
                continue;
            }

            if (entries.Count != 1 || entries[0].String("message_id") != message.MessageId)
                yield return $"The acknowledged message \"{message.Text}\" ({message.MessageId}) is in the transcript {entries.Count} times.";
            else if (settled && history.Status == AgentTaskStatus.Completed && entries[0].String("state") != "read")
                yield return $"The message \"{message.Text}\" was never read.";
            if (settled && account.AnswersEachMessage && history.Status == AgentTaskStatus.Completed && !answers.Contains(message.Text["repeat ".Length..], StringComparison.Ordinal))
                yield return $"The message \"{message.Text}\" was never answered.";
        }
    }

    private static IEnumerable<string> Shown(TaskAccount account, IReadOnlyDictionary<long, string> seen, TaskHistory history)
    {
        foreach (var (seq, json) in seen)
        {
            if (seq > history.Events.Count) yield return $"A viewer was shown event {seq}, and the log has {history.Events.Count}.";
            else if (history.Events[(int)seq - 1].GetRawText() is var stored && stored != json)
                yield return $"A viewer was shown another event {seq} than the log has: {json} and {stored}.";
        }

        foreach (var (id, text) in account.Viewer?.KeptTexts ?? new Dictionary<string, string>())
        {
            var entry = history.Messages.FirstOrDefault(entry => entry.String("message_id") == id);
            var stored = entry.ValueKind == JsonValueKind.Object ? entry.String("text")! : "";
            if (!stored.StartsWith(text, StringComparison.Ordinal))
                yield return $"A viewer had read {text.Length} characters of {id} in time, and {stored.Length} are stored.";
        }
    }

    private static IEnumerable<string> Ended(TaskAccount account, TaskHistory history)
    {
        if (!history.Status.IsTerminal()) yield return $"It is {history.Status.ToWire()} where nothing moves any more.";
        else if (!account.PossibleEnds().Contains(history.Status))
            yield return $"It is {history.Status.ToWire()}, and can only be {string.Join(" or ", account.PossibleEnds().Select(end => end.ToWire()))}.";
        if (history.Status == AgentTaskStatus.Failed && history.Task.String("reason") != "timeout")
            yield return $"It failed: {history.Task.String("reason_text")}";
    }

    private static bool IsUsers(JsonElement entry) => entry.String("role") == "user";
}
