using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Requests and rules over REST, with the program's own tools.</summary>
public sealed class RequestEndpointsTests
{
    private static AgentScript Writes => new AgentScript()
        .For("Work", Calls(Call("run_command", ("command", "echo hello > made.txt; cat made.txt"))), Says("Done."))
        .For("Ask", Calls(Call("ask_user", ("question", "Which one?"), ("options", new[] { "a", "b" }))), Says("Done."));

    [Fact]
    public async Task Approval_IsListedWithItsCall_AnsweredOnce_AndStandsInTheTasksStream()
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        var task = (await app.CreateAsync("Work")).String("id")!;
        await app.WaitForAsync(task, AgentTaskStatus.Waiting);

        var open = (await app.GetJsonAsync("/api/requests")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("approval", "run_command", "execute"), (open.String("kind"), open.String("tool"), open.String("risk")));
        Assert.Equal("echo hello > made.txt; cat made.txt", open.GetProperty("arguments").String("command"));
        Assert.Equal(open.GetRawText(), (await app.GetJsonAsync($"/api/tasks/{task}")).GetProperty("open_requests")[0].GetRawText());
        Assert.Equal(1, (await app.GetJsonAsync("/api/tasks/running/count")).GetProperty("waiting").GetInt32());

        var id = open.String("request_id")!;
        using var answer = await app.SendAsync(HttpMethod.Post, $"/api/requests/{id}/answer", """{"answer":"allow"}""");
        Assert.Equal(("allow", "you"), (await answer.JsonAsync()).GetProperty("request") is { } now ? (now.String("answer"), now.String("by")) : default);
        await app.WaitForAsync(task, AgentTaskStatus.Completed);
        using var again = await app.SendAsync(HttpMethod.Post, $"/api/requests/{id}/answer", """{"answer":"deny"}""");
        await again.ProblemAsync(HttpStatusCode.Conflict, "request_closed");

        var events = (await app.GetJsonAsync($"/api/tasks/{task}/events")).GetProperty("items").EnumerateArray().ToList();
        var asked = events.Single(told => told.String("type") == "request").GetProperty("data");
        Assert.Equal((id, "approval", "Run echo hello > made.txt; cat made.txt"), (asked.String("request_id"), asked.String("kind"), asked.String("prompt")));
        Assert.Equal("allow", events.Single(told => told.String("type") == "request_resolved").GetProperty("data").String("answer"));
        Assert.Contains("hello", events.Single(told => told.String("type") == "tool_result").GetProperty("data").String("content"), StringComparison.Ordinal);
        Assert.Empty((await app.GetJsonAsync("/api/requests")).GetProperty("items").EnumerateArray());
        Assert.Equal(id, (await app.GetJsonAsync("/api/requests?status=resolved")).GetProperty("items")[0].String("request_id"));
        Assert.NotNull((await app.GetJsonAsync($"/api/requests/{id}")).String("resolved_at"));
    }

    [Fact]
    public async Task Question_IsAnsweredWithAText()
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        var task = (await app.CreateAsync("Ask")).String("id")!;
        await app.WaitForAsync(task, AgentTaskStatus.Waiting);
        var open = (await app.GetJsonAsync($"/api/requests?kind=question&task_id={task}")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(["a", "b"], open.GetProperty("options").EnumerateArray().Select(option => option.GetString()));

        using var answer = await app.SendAsync(HttpMethod.Post, $"/api/requests/{open.String("request_id")}/answer", """{"answer":"neither"}""");
        await answer.JsonAsync();
        await app.WaitForAsync(task, AgentTaskStatus.Completed);

        var entries = (await app.GetJsonAsync($"/api/tasks/{task}/messages")).GetProperty("items").EnumerateArray();
        Assert.Equal("neither", entries.Single(entry => entry.String("role") == "tool_result").String("text"));
    }

    [Theory]
    [InlineData("{}", "answer")]
    [InlineData("""{"answer":"allow","scope":"agent","pattern":"echo *","any_call":true}""", "any_call")]
    [InlineData("""{"answer":"allow","arguments":{"command":"\ud800"}}""", "arguments")]
    [InlineData("""{"answer":"allow","arguments":{"command":"ls","command":"rm -rf ."}}""", "arguments")]
    [InlineData("""{"answer":null}""", "answer")]
    [InlineData("""{"answer":true}""", "answer")]
    [InlineData("""{"answer":"maybe"}""", "answer")]
    [InlineData("""{"answer":"allow","scope":"forever"}""", "scope")]
    [InlineData("""{"answer":"allow","arguments":[1]}""", "arguments")]
    [InlineData("""{"answer":"deny","arguments":{}}""", "arguments")]
    [InlineData("""{"answer":"allow","scope":"agent","pattern":" "}""", "pattern")]
    public async Task Answer_ThatDoesNotFit_IsRefusedWithItsField_AndTheRequestStaysOpen(string body, string field)
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        var task = (await app.CreateAsync("Work")).String("id")!;
        await app.WaitForAsync(task, AgentTaskStatus.Waiting);
        var id = (await app.GetJsonAsync("/api/requests")).GetProperty("items")[0].String("request_id");

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/requests/{id}/answer", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Single((await app.GetJsonAsync("/api/requests")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("POST", "/api/requests/request_0/answer", """{"answer":"allow"}""")]
    [InlineData("GET", "/api/requests/request_0", null)]
    [InlineData("DELETE", "/api/approval-rules/rule_0", null)]
    public async Task Unknown_IsNotFound(string method, string path, string? body)
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        using var response = await app.SendAsync(new HttpMethod(method), path, body);
        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("status=closed", "status")]
    [InlineData("kind=wish", "kind")]
    public async Task List_WithABadQuery_IsRefusedWithItsField(string query, string field)
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        using var response = await app.Client.GetAsync("/api/requests?" + query);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task Rules_AreMadeWithAnAnswerOrAlone_ListedAndRevoked()
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        var task = (await app.CreateAsync("Work")).String("id")!;
        await app.WaitForAsync(task, AgentTaskStatus.Waiting);
        var id = (await app.GetJsonAsync("/api/requests")).GetProperty("items")[0].String("request_id");
        using (var answer = await app.SendAsync(HttpMethod.Post, $"/api/requests/{id}/answer", """{"answer":"allow","scope":"agent"}"""))
        {
            var rule = (await answer.JsonAsync()).GetProperty("rule");
            Assert.Equal(("run_command", "echo hello > made.txt; cat made.txt", "agent", app.AgentId), (rule.String("tool"), rule.String("pattern"), rule.String("scope"), rule.String("agent_id")));
        }

        using (var alone = await app.Client.PostAsJsonAsync("/api/approval-rules", new { tool = "run_command", pattern = "rm *", answer = "deny", scope = "always" }))
        {
            Assert.False((await alone.JsonAsync(HttpStatusCode.Created)).GetProperty("rule").GetProperty("allows").GetBoolean());
        }

        var rules = (await app.GetJsonAsync("/api/approval-rules")).GetProperty("items").EnumerateArray().Select(rule => rule.String("rule_id")).ToList();
        Assert.Equal(2, rules.Count);
        using var revoked = await app.Client.DeleteAsync($"/api/approval-rules/{rules[0]}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(rules[1], (await app.GetJsonAsync("/api/approval-rules")).GetProperty("items").EnumerateArray().Single().String("rule_id"));
    }

    [Theory]
    [InlineData("""{"scope":"always"}""", "tool")]
    [InlineData("""{"tool":"run_command"}""", "scope")]
    [InlineData("""{"tool":"run_command","scope":"once"}""", "scope")]
    [InlineData("""{"tool":"run_command","scope":"always","agent_id":"agent_0"}""", "agent_id")]
    [InlineData("""{"tool":"run_command","scope":"agent","task_id":"task_0"}""", "task_id")]
    [InlineData("""{"tool":"calculate","scope":"always","answer":"deny","pattern":"1/*"}""", "pattern")]
    [InlineData("""{"tool":"run_command","scope":"agent"}""", "agent_id")]
    [InlineData("""{"tool":"run_command","scope":"task","task_id":"task_0"}""", "task_id")]
    [InlineData("""{"tool":"run_command","scope":"always","answer":"perhaps"}""", "answer")]
    public async Task Rule_ThatSaysTooLittle_IsRefusedWithItsField(string body, string field)
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        using var response = await app.SendAsync(HttpMethod.Post, "/api/approval-rules", body);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task Agent_KeepsItsPolicy_AndAPatchChangesOnlyWhatItNames()
    {
        await using var app = await DashboardApplication.StartAsync(Writes.Play);
        using (var first = await app.SendAsync(HttpMethod.Patch, $"/api/agents/{app.AgentId}", """{"approval":{"mode":"allow_listed","allowed_tools":["read_file"],"expires_after_s":60,"on_expiry":"allow"}}"""))
        {
            await first.JsonAsync();
        }

        using var second = await app.SendAsync(HttpMethod.Patch, $"/api/agents/{app.AgentId}", """{"approval":{"mode":"ask_by_risk","ask_for":["write","network"],"expires_after_s":0}}""");
        var policy = (await second.JsonAsync()).GetProperty("approval");
        Assert.Equal("""{"mode":"ask_by_risk","ask_for":["write","network"],"allowed_tools":["read_file"],"expires_after_s":null,"on_expiry":"allow"}""", JsonSerializer.Serialize(policy));

        using var wrong = await app.SendAsync(HttpMethod.Patch, $"/api/agents/{app.AgentId}", """{"approval":{"mode":"never","ask_for":["fly"],"on_expiry":"shrug","expires_after_s":-1}}""");
        var errors = (await wrong.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").EnumerateObject().Select(error => error.Name);
        Assert.Equal(["approval.ask_for", "approval.expires_after_s", "approval.mode", "approval.on_expiry"], errors.Order());
    }

    [Theory]
    [InlineData("""{"answer":{"\ud800":"Ada"}}""")]
    [InlineData("""{"answer":{"name":"\ud800"}}""")]
    [InlineData("""{"answer":{"name":"Ada","name":"Bob"}}""")]
    public async Task Form_OfWhichNobodyCouldSayWhatItHolds_IsRefused(string body)
    {
        var form = JsonSerializer.SerializeToElement(new { type = "object", properties = new { name = new { type = "string" } } });
        await using var app = await DashboardApplication.StartAsync(new AgentScript().For("Ask", Calls(Call("ask_user", ("question", "Who?"), ("form", form))), Says("Done.")).Play);
        var task = (await app.CreateAsync("Ask")).String("id")!;
        await app.WaitForAsync(task, AgentTaskStatus.Waiting);
        var id = (await app.GetJsonAsync("/api/requests")).GetProperty("items")[0].String("request_id");

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/requests/{id}/answer", body);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Single((await app.GetJsonAsync("/api/requests")).GetProperty("items").EnumerateArray());
    }
}
