using System.Net;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>Every documented refusal but those of a new task: its status, its code, its field; and nothing is changed.</summary>
public sealed class RefusalTests(SharedDashboard shared) : IClassFixture<SharedDashboard>, IDisposable
{
    private const string Nowhere = "task_00000000000000000000000000000000";

    private readonly DashboardApplication app = shared.App;

    /// <summary>Refusing is no error of the server's.</summary>
    public void Dispose() => Assert.DoesNotContain(app.Logs.Lines, line => line.Level >= LogLevel.Error);

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("status=pending,,failed", "status")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("cursor=%00", "cursor")]
    [InlineData("cursor=abc", "cursor")]
    [InlineData("sort=colour", "sort")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=31.12.2025", "to")]
    public async Task List_WithABadQuery_IsRefusedWithItsField(string query, string field)
    {
        using var response = await app.Client.GetAsync("/api/tasks?" + query);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Theory]
    [InlineData("GET", "/api/tasks/" + Nowhere)]
    [InlineData("PATCH", "/api/tasks/" + Nowhere)]
    [InlineData("DELETE", "/api/tasks/" + Nowhere)]
    [InlineData("POST", "/api/tasks/" + Nowhere + "/cancel")]
    [InlineData("POST", "/api/tasks/" + Nowhere + "/message")]
    [InlineData("POST", "/api/tasks/" + Nowhere + "/retry")]
    [InlineData("POST", "/api/tasks/" + Nowhere + "/pause")]
    [InlineData("POST", "/api/tasks/" + Nowhere + "/resume")]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/queue")]
    [InlineData("PATCH", "/api/tasks/" + Nowhere + "/queue/message_none")]
    [InlineData("DELETE", "/api/tasks/" + Nowhere + "/queue/message_none")]
    [InlineData("POST", "/api/chats/chat_none/cancel")]
    [InlineData("POST", "/api/runs/run_none/cancel")]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/stream")]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/messages")]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/events")]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/runs")]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/tree")]
    [InlineData("GET", "/api/runs/run_none")]
    [InlineData("GET", "/api/agents/agent_none")]
    [InlineData("PUT", "/api/agents/agent_none")]
    [InlineData("PATCH", "/api/agents/agent_none")]
    [InlineData("DELETE", "/api/agents/agent_none")]
    [InlineData("GET", "/api/nothing/here")]
    [InlineData("GET", "/api")]
    public async Task UnknownIdOrRoute_IsNotFound(string method, string path)
    {
        var body = method is "POST" or "PATCH" or "PUT" ? """{"message":"x","name":"x"}""" : null;
        using var response = await app.SendAsync(new HttpMethod(method), path, body);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("DELETE", "/api/tasks")]
    [InlineData("PUT", "/api/tasks/" + Nowhere)]
    [InlineData("GET", "/api/tasks/" + Nowhere + "/cancel")]
    [InlineData("POST", "/api/stream")]
    public async Task AnotherMethod_IsNotAllowed(string method, string path)
    {
        using var response = await app.SendAsync(new HttpMethod(method), path);

        await response.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task Stream_WithAMalformedCursor_IsRefused(string cursor)
    {
        var id = (await app.CreateAsync()).Id();
        foreach (var path in new[] { $"/api/tasks/{id}/stream", "/api/stream" })
        {
            using var byQuery = await app.Client.GetAsync($"{path}?after={cursor}");
            await byQuery.ProblemAsync(HttpStatusCode.BadRequest, "validation");
            if (cursor.Length == 0) continue;
            await using var byHeader = await ServerSentEventReader.OpenAsync(app.Client, path, cursor);
            await byHeader.Response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        }
    }

    [Theory]
    [InlineData("cancel", """{"scope":"world"}""", "scope")]
    [InlineData("message", """{"message":""}""", "message")]
    [InlineData("message", """{"message":"x","mode":"shout"}""", "mode")]
    [InlineData("message", """{"message":"x","content":[{"type":"text"}]}""", "content")]
    [InlineData("message", "{}", "message")]
    public async Task Command_WithSomethingWrong_IsRefusedWithItsField(string command, string body, string field)
    {
        var id = (await app.CreateAsync()).Id();
        var settled = await app.WaitForAsync(id, AgentTaskStatus.Completed);

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/{command}", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(settled.Version, (await app.Reader.FindAsync(id))!.Version);
    }

    [Theory]
    [InlineData("cancel", "task_terminal")]
    [InlineData("retry", "not_retryable")]
    [InlineData("pause", "not_pausable")]
    [InlineData("resume", "not_paused")]
    public async Task Command_OnACompletedTask_IsAConflict(string command, string code)
    {
        var id = (await app.CreateAsync()).Id();
        var settled = await app.WaitForAsync(id, AgentTaskStatus.Completed);

        using var response = await app.Client.PostAsync($"/api/tasks/{id}/{command}", null);

        await response.ProblemAsync(HttpStatusCode.Conflict, code);
        Assert.Equal(settled.Version, (await app.Reader.FindAsync(id))!.Version);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":"x","model":"nobody/nothing"}""", "model")]
    [InlineData("""{"name":"x","tools":["teleport"]}""", "tools")]
    [InlineData("""{"name":"x","tools":"all"}""", "tools")]
    [InlineData("""{"name":"x","tools":[null]}""", "tools")]
    [InlineData("""{"name":"x","color":"red"}""", "color")]
    public async Task CreateAgent_WithSomethingWrong_IsRefusedWithItsField(string body, string field)
    {
        var agents = (await app.GetJsonAsync("/api/agents")).Items().Count;

        using var response = await app.SendAsync(HttpMethod.Post, "/api/agents", body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(agents, (await app.GetJsonAsync("/api/agents")).Items().Count);
    }
}
