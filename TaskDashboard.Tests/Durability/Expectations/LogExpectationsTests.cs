using System.Text.Json;
using System.Text.Json.Nodes;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability.Expectations;

/// <summary>That the expectations hold for a real task, and that each of them notices what it is there for.</summary>
public sealed class LogExpectationsTests(LogExpectationsTests.RealTask real) : IClassFixture<LogExpectationsTests.RealTask>
{
    private static readonly Dictionary<string, (Action<Stored> Damage, string Noticed)> Damages = new()
    {
        ["an event is lost"] = (stored => stored.Events.RemoveAt(4), "stands where 5 belongs"),
        ["the log is cut off"] = (stored => stored.Events.RemoveAt(stored.Events.Count - 1), "the row says that"),
        ["an event has an old id"] = (stored => stored.Events[3]["id"] = 1, "has the id 1 behind"),
        ["an event is another task's"] = (stored => stored.Events[3]["task_id"] = "task_other", "belongs to task_other"),
        ["a move is not legal"] = (stored => Last(stored, "status")["data"]!["status"] = "pending", "the row says completed, and its last status event pending"),
        ["a move begins elsewhere"] = (stored => Last(stored, "status")["data"]!["previous"] = "waiting", "says it came from waiting"),
        ["a status has no reason"] = (stored => First(stored, "status")["data"]!["reason_text"] = "", "has no reason"),
        ["the row stands elsewhere"] = (stored => stored.Task["status"] = "failed", "the row says failed"),
        ["a run ends twice"] = (stored => Repeat(stored, Last(stored, "run")), "ends run"),
        ["a run begins twice"] = (stored => Repeat(stored, First(stored, "run")), "is open"),
        ["a run ends otherwise in the list"] = (stored => stored.Runs[0]["outcome"] = "failed", "and the list of runs as failed"),
        ["a run is not listed"] = (stored => stored.Runs.Clear(), "which is not in the list of runs"),
        ["a run has no end"] = (stored => Remove(stored, Last(stored, "run")), "has no end in the log"),
        ["something is written behind the end"] = (stored => Repeat(stored, Last(stored, "usage")), "stands outside of it"),
        ["a call is made twice"] = (stored => Repeat(stored, First(stored, "tool_use")), "again"),
        ["a call has two results"] = (stored => Repeat(stored, First(stored, "tool_result")), "is another result of the call"),
        ["a call has no result"] = (stored => Remove(stored, First(stored, "tool_result")), "has no result at the end of its run"),
        ["a result has no call"] = (stored => Remove(stored, First(stored, "tool_use")), "which was not announced"),
        ["a call is made behind a cancel"] = (stored => Before(stored, "tool_use")["data"]!["reason"] = "stopping", "was made after a cancel was accepted"),
        ["a message is lost"] = (stored => stored.Messages.RemoveAt(0), "is missing from the transcript"),
        ["a message is there twice"] = (stored => stored.Messages.Add((JsonObject)stored.Messages[0].DeepClone()), "twice"),
        ["a message says something else"] = (stored => stored.Messages[^1]["text"] = "Something else", "have different words"),
        ["a message was not read"] = (stored => stored.Messages[0]["state"] = "stored", "completed without having read"),
        ["a message is still open"] = (stored => stored.Messages[^1]["state"] = "open", "is still open"),
        ["the row has other tokens"] = (stored => stored.Task["usage"]!["input"] = 7, "tokens, and the log"),
        ["a run has other tokens"] = (stored => stored.Runs[0]["usage"]!["output"] = 7, "the list of runs counts"),
    };

    private readonly TaskHistory history = real.History;

    public static TheoryData<string> DamageNames { get; } = [.. Damages.Keys];

    [Fact]
    public void TaskOfAnEngine_IsAsExpected() => LogExpectations.AssertHold(history);

    [Theory]
    [MemberData(nameof(DamageNames))]
    public void Damage_IsNoticed(string name)
    {
        var (damage, noticed) = Damages[name];
        var stored = new Stored(
            JsonNode.Parse(history.Task.GetRawText())!.AsObject(), Copy(history.Events), Copy(history.Runs), Copy(history.Messages));
        damage(stored);

        var violations = LogExpectations.Violations(stored.ToHistory());

        Assert.Contains(violations, violation => violation.Contains(noticed, StringComparison.Ordinal));
    }

    private static List<JsonObject> Copy(IReadOnlyList<JsonElement> items) => [.. items.Select(item => JsonNode.Parse(item.GetRawText())!.AsObject())];

    private static JsonObject First(Stored stored, string type) => stored.Events.First(item => (string)item["type"]! == type);

    private static JsonObject Last(Stored stored, string type) => stored.Events.Last(item => (string)item["type"]! == type);

    /// <summary>The last status before the first event of a type.</summary>
    private static JsonObject Before(Stored stored, string type) => stored.Events.TakeWhile(item => (string)item["type"]! != type).Last(item => (string)item["type"]! == "status");

    /// <summary>Writes an event once more at the end, with numbers that fit.</summary>
    private static void Repeat(Stored stored, JsonObject item)
    {
        var again = item.DeepClone().AsObject();
        (again["seq"], again["id"]) = (stored.Events.Count + 1, (long)stored.Events[^1]["id"]! + 1);
        stored.Events.Add(again);
        stored.Task["last_seq"] = stored.Events.Count;
    }

    private static void Remove(Stored stored, JsonObject item)
    {
        stored.Events.Remove(item);
        for (var index = 0; index < stored.Events.Count; index++) stored.Events[index]["seq"] = index + 1;
        stored.Task["last_seq"] = stored.Events.Count;
    }

    /// <summary>A history that can be damaged.</summary>
    private sealed record Stored(JsonObject Task, List<JsonObject> Events, List<JsonObject> Runs, List<JsonObject> Messages)
    {
        public TaskHistory ToHistory() => new(Element(Task), [.. Events.Select(Element)], [.. Runs.Select(Element)], [.. Messages.Select(Element)]);

        private static JsonElement Element(JsonObject item) => JsonElement.Parse(item.ToJsonString());
    }

    /// <summary>One task of a real engine that has spoken, made a call and answered.</summary>
    public sealed class RealTask : IAsyncLifetime
    {
        private Engine engine = null!;

        internal TaskHistory History { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            engine = await Engine.StartAsync(model => model
                .Then((_, _, token) => ScriptedModelProvider.CallAfter(Task.CompletedTask, token))
                .Then(ScriptedModelProvider.Text("Two"), ScriptedModelProvider.Usage(100, 2)));
            var task = await engine.CreateAsync("Add one and one");
            await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
            History = (await TaskHistory.ReadAsync(engine.Reader, task.Id))!;
        }

        public async Task DisposeAsync() => await engine.DisposeAsync();
    }
}
