using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class TaskEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync();

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Create_AnswersTheStoredTaskAsPending_WithItsAddress()
    {
        using var response = await app.Client.PostAsJsonAsync("/api/tasks", new
        {
            agent_id = app.AgentId,
            message = "Say something kind",
            metadata = new { ticket = 7, urgent = true, label = "x" },
            priority = 3,
            allow_duplicates = true,
            depends_on = Array.Empty<string>(),
            max_attempts = 1,
            enable_mcp = false,
            something_else = new { ignored = true },
        });
        var task = await response.JsonAsync(HttpStatusCode.Created);

        Assert.Equal("pending", task.String("status"));
        Assert.Equal($"/api/tasks/{task.Id()}", response.Headers.Location?.ToString());
        Assert.StartsWith("task_", task.Id(), StringComparison.Ordinal);
        Assert.Equal("Say something kind", task.String("title"));
        Assert.Equal(("7", "true", "x"), (task.GetProperty("metadata").String("ticket"), task.GetProperty("metadata").String("urgent"), task.GetProperty("metadata").String("label")));
        Assert.Equal(3, task.GetProperty("priority").GetInt32());
        Assert.EndsWith("Z", task.String("created_at"), StringComparison.Ordinal);
        Assert.False(task.TryGetProperty("key", out _));
    }

    [Fact]
    public async Task Find_AnswersTheTaskWithItsOpenRequestsAndUsage()
    {
        var created = await app.CreateAsync();
        await app.WaitForAsync(created.Id(), AgentTaskStatus.Completed);

        var task = await app.GetJsonAsync($"/api/tasks/{created.Id()}");

        Assert.Equal("completed", task.String("status"));
        Assert.Empty(task.GetProperty("open_requests").EnumerateArray());
        Assert.True(task.GetProperty("usage").GetProperty("output").GetInt64() > 0);
        Assert.StartsWith("run_", task.String("run_id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_InParallelWithOneIdempotencyKey_MakesOneTask()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
            {
                Content = JsonContent.Create(new { agent_id = app.AgentId, message = "Once only" }),
                Headers = { { "Idempotency-Key", "the-same" } },
            };
            using var response = await app.Client.SendAsync(request);
            return (response.StatusCode, Id: JsonElement.Parse(await response.Content.ReadAsStringAsync()).Id());
        }));

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(63, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(1, app.Reader.Counts.Total);
    }

    [Fact]
    public async Task Create_AcceptingAnEventStream_IsAnsweredWithTheTasksStream()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
        {
            Content = JsonContent.Create(new { agent_id = app.AgentId, message = "Stream it" }),
            Headers = { { "Accept", "text/event-stream" } },
        };
        await using var stream = ServerSentEventReader.Of(await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));

        var events = await stream.ReadToEndAsync();

        Assert.Equal(HttpStatusCode.Created, stream.Response.StatusCode);
        var taskId = events[0].Data.GetProperty("task").Id();
        Assert.Equal($"/api/tasks/{taskId}", stream.Response.Headers.Location?.ToString());
        Assert.Equal("snapshot", events[0].Name);
        Assert.Equal("end", events[^1].Name);
        Assert.Contains(events, item => item.Name == "message" && item.Data.GetProperty("data").String("text") == "Done.");
    }

    [Fact]
    public async Task Update_ChangesWhatIsNamed_AndMergesMetadata()
    {
        var id = (await app.CreateAsync(more: new { metadata = new { keep = "1", drop = "2" } })).Id();

        using var response = await app.SendAsync(HttpMethod.Patch, $"/api/tasks/{id}",
            """{"title":"Another title","priority":0,"metadata":{"drop":null,"added":3}}""");
        var task = await response.JsonAsync();

        Assert.Equal("Another title", task.String("title"));
        Assert.Equal(0, task.GetProperty("priority").GetInt32());
        Assert.Equal("""{"keep":"1","added":"3"}""", task.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task Delete_RemovesTheTask_AndSaysNothing()
    {
        var id = (await app.CreateAsync()).Id();

        using var deleted = await app.Client.DeleteAsync($"/api/tasks/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("", await deleted.Content.ReadAsStringAsync());

        using var gone = await app.Client.GetAsync($"/api/tasks/{id}");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var again = await app.Client.DeleteAsync($"/api/tasks/{id}");
        await again.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task RunningCount_CountsRunningAndWaiting()
    {
        var gate = new TaskCompletionSource();
        app.Model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["…"], gate.Task, token));
        var id = (await app.CreateAsync()).Id();
        await app.WaitForAsync(id, AgentTaskStatus.Running);

        Assert.Equal("""{"count":1,"waiting":0}""", (await app.GetJsonAsync("/api/tasks/running/count")).GetRawText());

        gate.SetResult();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
        Assert.Equal("""{"count":0,"waiting":0}""", (await app.GetJsonAsync("/api/tasks/running/count")).GetRawText());
    }
}
