using System.Net;
using System.Net.Http.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.People;

/// <summary>Who did what is written down, without what it was about.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private Town town = null!;

    public async Task InitializeAsync() => town = await Town.StartAsync(new AgentScript()
        .For("Plum", Calls(Call("ask_user", ("question", "Which?"), ("options", new[] { "a", "b" }))), Says("Done."))
        .For("More plum", Says("Done.")).Play);

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task WhatAPersonDoes_StandsThereInOrder_WithItsTarget_AndNothingOfItsContent()
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Plum" });
        var task = await made.JsonAsync(HttpStatusCode.Created);
        var waiting = await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Waiting);
        var request = waiting.OpenRequests[0].RequestId;
        (await town.Bea.PostAsJsonAsync($"/api/requests/{request}/answer", new { answer = "a" })).Dispose();
        await town.Program.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
        (await town.Bea.PostAsJsonAsync($"/api/tasks/{task.Id()}/message", new { message = "More plum" })).Dispose();
        await town.Program.WaitForAsync(task.Id(), row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);
        (await town.Bea.PutAsJsonAsync($"/api/chats/{task.String("chat_id")}/shares/{town.Find("carl").UserId}", new { can_write = true })).Dispose();
        (await town.Bea.DeleteAsync($"/api/tasks/{task.Id()}")).Dispose();

        (string, string?)[] expected =
        [
            ("task_deleted", task.Id()), ("chat_shared", task.String("chat_id")), ("task_messaged", task.Id()), ("request_answered", request), ("task_created", task.Id()),
        ];
        await Eventually.TrueAsync(async () => (await ListAsync(town.Bea)).Take(5).Select(entry => (entry.String("action")!, entry.String("target"))).SequenceEqual(expected));
        Assert.DoesNotContain("plum", await town.Ada.GetStringAsync("/api/audit"), StringComparison.OrdinalIgnoreCase);
        Assert.All(await ListAsync(town.Bea), entry => Assert.Equal(("Bea", true), (entry.String("user_name"), entry.TryGetProperty("key_id", out _))));
    }

    [Fact]
    public async Task Owners_SeeWhatEverybodyDid_OthersTheirOwn()
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Plum" });
        var task = (await made.JsonAsync(HttpStatusCode.Created)).Id();

        await Eventually.TrueAsync(async () => (await ListAsync(town.Ada)).Any(entry => entry.String("target") == task));
        Assert.DoesNotContain(await ListAsync(town.Carl, $"?user_id={town.Find("bea").UserId}"), entry => entry.String("target") == task);
        Assert.Equal(["person_created", "person_created", "person_created", "person_created"], (await ListAsync(town.Ada)).Select(entry => entry.String("action")).Where(action => action == "person_created"));
    }

    [Fact]
    public async Task WhatIsDoneToAgents_StandsThere()
    {
        using var made = await town.Ada.PostAsJsonAsync("/api/agents", new { name = "Plum" });
        var agent = (await made.JsonAsync(HttpStatusCode.Created)).Id();
        (await town.Ada.PatchAsJsonAsync($"/api/agents/{agent}", new { description = "plum" })).EnsureSuccessStatusCode().Dispose();
        (await town.Ada.DeleteAsync($"/api/agents/{agent}")).EnsureSuccessStatusCode().Dispose();

        await Eventually.TrueAsync(async () => (await ListAsync(town.Ada)).Where(entry => entry.String("target") == agent).Select(entry => entry.String("action")).SequenceEqual(["agent_deleted", "agent_changed", "agent_created"]));
        Assert.DoesNotContain("plum", await town.Ada.GetStringAsync("/api/audit"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WordsOfAnybodysOwn_DoNotComeIn_AsTheNameOfATool()
    {
        using var rule = await town.Bea.PostAsJsonAsync("/api/approval-rules", new { tool = string.Concat(Enumerable.Repeat("plum ", 10_000)), scope = "always" });

        await rule.ProblemAsync(HttpStatusCode.BadRequest, "validation");
    }

    private static async Task<List<System.Text.Json.JsonElement>> ListAsync(HttpClient client, string query = "")
    {
        using var answer = await client.GetAsync($"/api/audit{query}");
        return (await answer.JsonAsync()).Items();
    }
}
