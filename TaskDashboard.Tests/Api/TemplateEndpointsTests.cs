using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Templates over REST.</summary>
public sealed class TemplateEndpointsTests : IAsyncLifetime
{
    private static readonly object[] Parameters =
    [
        new { name = "count", type = "integer", required = true, min = 1, max = 10, @default = 3 },
        new { name = "style", type = "choice", options = new[] { "plain", "rich" }, label = "Style", required = true },
    ];

    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(model => model.Always(Says("Done.")));

    public Task DisposeAsync() => app.DisposeAsync().AsTask();

    private Task<JsonElement> TemplateAsync(string name = "Lines") => app.PostJsonAsync(
        "/api/templates", new { name, message = "Write {{count}} {{style}} lines", agent_id = app.AgentId, title = "{{count}} lines", parameters = Parameters }, HttpStatusCode.Created);

    [Fact]
    public async Task Template_IsMade_Shown_ChangedInVersions_AndRemoved()
    {
        var made = await TemplateAsync();
        Assert.Equal((1, "Lines", "Write {{count}} {{style}} lines"), (made.GetProperty("version").GetInt32(), made.String("name"), made.String("message")));
        var count = made.GetProperty("parameters")[0];
        Assert.Equal(("count", "integer", true, 3, 10), (count.String("name"), count.String("type"), count.GetProperty("required").GetBoolean(), count.GetProperty("default").GetInt32(), count.GetProperty("max").GetInt32()));
        Assert.Empty(made.GetProperty("unused_parameters").EnumerateArray());

        var changed = await app.PatchJsonAsync($"/api/templates/{made.Id()}", new { message = "Write {{count}} lines", title = (string?)null, priority = 2 });
        Assert.Equal((2, JsonValueKind.Null, 2), (changed.GetProperty("version").GetInt32(), changed.GetProperty("title").ValueKind, changed.GetProperty("priority").GetInt32()));
        Assert.Equal("style", changed.GetProperty("unused_parameters")[0].GetString());
        Assert.Equal("{{count}} lines", (await app.GetJsonAsync($"/api/templates/{made.Id()}?version=1")).String("title"));
        Assert.Equal([2, 1], (await app.GetJsonAsync($"/api/templates/{made.Id()}/versions")).Items().Select(version => version.GetProperty("version").GetInt32()));
        var page = await app.GetJsonAsync($"/api/templates/{made.Id()}/versions?limit=1");
        Assert.Equal(1, (await app.GetJsonAsync($"/api/templates/{made.Id()}/versions?limit=1&cursor={page.String("next_cursor")}")).Items().Single().GetProperty("version").GetInt32());
        Assert.Equal(2, (await app.GetJsonAsync("/api/templates")).Items().Single().GetProperty("version").GetInt32());

        using (var missing = await app.Client.GetAsync($"/api/templates/{made.Id()}?version=9")) await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using (var wrong = await app.Client.GetAsync($"/api/templates/{made.Id()}?version=one")) await wrong.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using (var twin = await app.Client.PostAsJsonAsync("/api/templates", new { name = "LINES", message = "Go", agent_id = app.AgentId })) await twin.ProblemAsync(HttpStatusCode.Conflict, "template_name_taken");
        Assert.Equal(HttpStatusCode.NoContent, (await app.Client.DeleteAsync($"/api/templates/{made.Id()}")).StatusCode);
        using var gone = await app.Client.GetAsync($"/api/templates/{made.Id()}");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("{}", "name", "message", "agent_id")]
    [InlineData("""{"name":"A","message":"{{x}}","agent_id":"AGENT"}""", "message")]
    [InlineData("""{"name":"A","message":"Go","agent_id":"AGENT","title":7,"priority":"high","enable_mcp":"no"}""", "title", "priority", "enable_mcp")]
    [InlineData("""{"name":"A","message":"Go","agent_id":"AGENT","model":"nobody/none"}""", "model")]
    [InlineData("""{"name":"A","message":"Go","agent_id":"AGENT","work_dir":"/nowhere/at/all"}""", "work_dir")]
    [InlineData("""{"name":"A","message":"Go","agent_id":"AGENT","parameters":[{"name":"a","type":"date"}]}""", "parameters.0.type")]
    [InlineData("""{"name":"A","message":"Go","agent_id":"AGENT","parameters":[null]}""", "parameters.0.name")]
    [InlineData("""{"name":"A","message":"Go","agent_id":"AGENT","parameters":[{"name":"a","type":"integer","default":"x"}]}""", "parameters.0.default")]
    public async Task BadTemplate_IsRefusedWithItsFields(string body, params string[] fields)
    {
        using var response = await app.SendAsync(HttpMethod.Post, "/api/templates", body.Replace("AGENT", app.AgentId, StringComparison.Ordinal));
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        foreach (var field in fields) Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), $"{field} is not among {problem.GetProperty("errors")}");
        Assert.Empty((await app.GetJsonAsync("/api/templates")).Items());
    }

    [Fact]
    public async Task Run_MakesTheTask_OnceForAKey_AndPreviewMakesNone()
    {
        var template = await TemplateAsync();
        var shown = await app.PostJsonAsync($"/api/templates/{template.Id()}/preview", new { arguments = new { style = "rich" } }, HttpStatusCode.OK);
        Assert.Equal(("Write 3 rich lines", "3 lines"), (shown.String("message"), shown.String("title")));
        Assert.Empty((await app.GetJsonAsync("/api/tasks")).Items());

        var first = await RunAsync(HttpStatusCode.Created);
        Assert.Equal((first.Id(), "5 lines"), ((await RunAsync(HttpStatusCode.OK)).Id(), first.String("title")));
        var told = (await app.GetJsonAsync($"/api/tasks/{first.Id()}/messages")).Items()[0];
        Assert.Equal("Write 5 plain lines", told.String("text"));

        await app.PatchJsonAsync($"/api/templates/{template.Id()}", new { message = "Sing {{count}} {{style}} songs" });
        var pinned = await app.PostJsonAsync($"/api/templates/{template.Id()}/run", new { version = 1, arguments = new { style = "rich" } }, HttpStatusCode.Created);
        Assert.Equal("Write 3 rich lines", (await app.GetJsonAsync($"/api/tasks/{pinned.Id()}/messages")).Items()[0].String("text"));

        async Task<JsonElement> RunAsync(HttpStatusCode expected)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/templates/{template.Id()}/run") { Content = JsonContent.Create(new { arguments = new { count = 5, style = "plain" } }) };
            request.Headers.Add("Idempotency-Key", "once");
            using var response = await app.Client.SendAsync(request);
            Assert.Equal("/api/tasks/", response.Headers.Location?.ToString()[..11]);
            return await response.JsonAsync(expected);
        }
    }

    [Theory]
    [InlineData("run", """{"arguments":{"count":11,"style":"Rich","more":1}}""", "arguments.count", "arguments.style", "arguments.more")]
    [InlineData("preview", """{"arguments":{"count":"5"}}""", "arguments.count", "arguments.style")]
    [InlineData("run", "{}", "arguments.style")]
    public async Task ArgumentsThatDoNotFit_AreRefusedWithTheirFields(string verb, string body, params string[] fields)
    {
        var template = await TemplateAsync();
        using var response = await app.SendAsync(HttpMethod.Post, $"/api/templates/{template.Id()}/{verb}", body);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Equal(fields.Order(), problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
        Assert.Empty((await app.GetJsonAsync("/api/tasks")).Items());
    }

    [Fact]
    public async Task Task_IsSavedAsATemplate_WithItsOwnMessageOrAnother()
    {
        var task = await app.CreateAsync("Count to {{number}} in {{words}}", new { title = "Counting" });
        var saved = await app.PostJsonAsync($"/api/tasks/{task.Id()}/save-as-template", new { name = "Plain" }, HttpStatusCode.Created);
        Assert.Equal(("Count to {{{{number}} in {{{{words}}", "Counting", app.AgentId, task.String("model")), (saved.String("message"), saved.String("title"), saved.String("agent_id"), saved.String("model")));
        saved = await app.PostJsonAsync($"/api/tasks/{task.Id()}/save-as-template", new { name = "Filled", parameters = new[] { new { name = "number", type = "integer" } } }, HttpStatusCode.Created);
        Assert.Equal("Count to {{number}} in {{{{words}}", saved.String("message"));
        using (var nameless = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{task.Id()}/save-as-template", "{}")) await nameless.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using var missing = await app.SendAsync(HttpMethod.Post, "/api/tasks/task_x/save-as-template", """{"name":"A"}""");
        await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Trigger_TakesATemplate_HoldsIt_AndLetsGoOfIt()
    {
        var template = await TemplateAsync();
        var use = new { id = template.Id(), version = (int?)1, arguments = new Dictionary<string, object> { ["style"] = "rich" } };
        var made = await app.PostJsonAsync("/api/triggers", new { cron = "0 9 * * *", template = use }, HttpStatusCode.Created);
        Assert.Equal(("Lines", JsonValueKind.Null, 1, "rich"), (
            made.String("name"), made.GetProperty("message").ValueKind, made.GetProperty("template").GetProperty("version").GetInt32(), made.GetProperty("template").GetProperty("arguments").String("style")));
        Assert.Equal(made.Id(), (await app.GetJsonAsync($"/api/templates/{template.Id()}")).GetProperty("used_by")[0].GetString());
        using (var held = await app.Client.DeleteAsync($"/api/templates/{template.Id()}"))
        {
            Assert.Contains(made.Id(), (await held.ProblemAsync(HttpStatusCode.Conflict, "template_in_use")).String("detail"), StringComparison.Ordinal);
        }

        var latest = await app.PatchJsonAsync($"/api/triggers/{made.Id()}", new { template = use with { version = null } });
        Assert.Equal(JsonValueKind.Null, latest.GetProperty("template").GetProperty("version").ValueKind);
        using (var alone = await app.SendAsync(HttpMethod.Patch, $"/api/triggers/{made.Id()}", """{"template":null,"message":"Go"}""")) await alone.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        var freed = await app.PatchJsonAsync($"/api/triggers/{made.Id()}", new { template = (object?)null, message = "Go", agent_id = app.AgentId });
        Assert.Equal(("Go", JsonValueKind.Null, app.AgentId), (freed.String("message"), freed.GetProperty("template").ValueKind, freed.String("agent_id")));
        Assert.Equal(HttpStatusCode.NoContent, (await app.Client.DeleteAsync($"/api/templates/{template.Id()}")).StatusCode);
    }

    [Theory]
    [InlineData("""{"cron":"@daily","template":"x"}""", "template")]
    [InlineData("""{"cron":"@daily","template":{}}""", "template.id")]
    [InlineData("""{"cron":"@daily","template":{"id":"template_x"}}""", "template.id")]
    [InlineData("""{"cron":"@daily","template":{"id":"TEMPLATE","version":"1"}}""", "template.version")]
    [InlineData("""{"cron":"@daily","template":{"id":"TEMPLATE","version":7,"arguments":{"style":"rich"}}}""", "template.version")]
    [InlineData("""{"cron":"@daily","template":{"id":"TEMPLATE","arguments":[]}}""", "template.arguments")]
    [InlineData("""{"cron":"@daily","template":{"id":"TEMPLATE","arguments":{"style":"rich","style":"plain"}}}""", "template")]
    [InlineData("""{"cron":"@daily","template":{"id":"TEMPLATE","arguments":{"style":"loud"}}}""", "template.arguments.style")]
    [InlineData("""{"cron":"@daily","message":"Go","template":{"id":"TEMPLATE","arguments":{"style":"rich"}}}""", "message")]
    public async Task TriggerWithATemplateThatDoesNotFit_IsRefusedWithItsField(string body, string field)
    {
        var template = await TemplateAsync();
        using var content = new StringContent(body.Replace("TEMPLATE", template.Id(), StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var response = await app.Client.PostAsync("/api/triggers", content);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), $"{field} is not among {problem.GetProperty("errors")}");
        Assert.Empty((await app.GetJsonAsync("/api/triggers")).Items());
    }
}
