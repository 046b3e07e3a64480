using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Orders as they go over the wire: dependencies, delays, attempts, repeats, backpressure.</summary>
public sealed class OrderEndpointsTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(
        new AgentScript().For("Busy", SaysAfter(gate.Task, "Done.")).For("Then", Says("Now.")).For("Flaky", Fails("A cable.", retryable: true)).Play,
        settings: ("Limits:RetryDelaySeconds", "300"));

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Create_WithDependencies_TakesIdsAndObjects_AndShowsTheEdges()
    {
        var (first, second) = ((await app.CreateAsync("Busy one")).Id(), (await app.CreateAsync("Busy two")).Id());

        var then = await app.CreateAsync("Then", new { depends_on = new object[] { first, new { task_id = second, on_failure = "continue" } } });

        Assert.Equal(("pending", "dependency"), (then.String("status"), then.String("reason")));
        Assert.Equal(
            $$"""[{"task_id":"{{first}}","on_failure":"fail","state":"open"},{"task_id":"{{second}}","on_failure":"continue","state":"open"}]""",
            then.GetProperty("depends_on").GetRawText());
        gate.SetResult();
        await app.WaitForAsync(then.Id(), AgentTaskStatus.Completed);
        Assert.All((await app.GetJsonAsync($"/api/tasks/{then.Id()}")).GetProperty("depends_on").EnumerateArray(), edge => Assert.Equal("completed", edge.String("state")));
    }

    [Fact]
    public async Task Update_OfDependencies_IsTakenWhilePending_AndRefusedForACycleOrTooLate()
    {
        var busy = (await app.CreateAsync("Busy")).Id();
        await app.WaitForAsync(busy, AgentTaskStatus.Running);
        var first = (await app.CreateAsync("Then first", new { depends_on = new[] { busy } })).Id();
        var second = (await app.CreateAsync("Then second", new { depends_on = new[] { first } })).Id();

        using var cycle = await PatchAsync(first, new { depends_on = new[] { second } });
        var problem = await cycle.ProblemAsync(HttpStatusCode.UnprocessableEntity, "dependency_cycle");
        Assert.True(problem.GetProperty("errors").TryGetProperty("depends_on", out _));
        using var late = await PatchAsync(busy, new { depends_on = new[] { first } });
        await late.ProblemAsync(HttpStatusCode.Conflict, "task_started");
        using var unknown = await PatchAsync(first, new { depends_on = new[] { "task_none" } });
        Assert.True((await unknown.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").TryGetProperty("depends_on", out _));
        using var freed = await PatchAsync(second, new { depends_on = Array.Empty<string>() });
        Assert.Empty((await freed.JsonAsync()).GetProperty("depends_on").EnumerateArray());
        await app.WaitForAsync(second, AgentTaskStatus.Completed);
        using var same = await PatchAsync(first, new { title = "Renamed" });
        Assert.Single((await same.JsonAsync()).GetProperty("depends_on").EnumerateArray());
    }

    [Fact]
    public async Task Create_OfAChildThatWaitsForItsParent_IsACycle()
    {
        var busy = (await app.CreateAsync("Busy")).Id();
        var before = app.Reader.Counts.Total;

        using var response = await PostAsync(new { agent_id = app.AgentId, message = "Then", parent_task_id = busy, depends_on = new[] { busy } });

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "dependency_cycle");
        Assert.Equal(before, app.Reader.Counts.Total);
    }

    [Theory]
    [InlineData("2100-01-01T02:00:00Z", "2100-01-01T02:00:00Z")]
    [InlineData("2100-01-01T02:00:00", "2100-01-01T02:00:00Z")]
    [InlineData("2100-01-01T02:00:00+02:00", "2100-01-01T00:00:00Z")]
    [InlineData("2100-01-01T02:00:00.5004", "2100-01-01T02:00:00.5Z")]
    [InlineData("2100-01-01", "2100-01-01T00:00:00Z")]
    public async Task Create_WithADelay_TakesTimesWithoutAnOffsetAsUtc(string sent, string stored)
    {
        var task = await app.CreateAsync("Then", new { delay_until = sent, allow_duplicates = true });

        Assert.Equal(("pending", "delayed"), (task.String("status"), task.String("reason")));
        Assert.Equal((stored, stored), (task.String("delay_until"), task.String("due_at")));
    }

    [Fact]
    public async Task Create_WithADelayThatHasPassed_StartsAtOnce()
    {
        var task = await app.CreateAsync("Then", new { delay_until = "2001-01-01T00:00:00" });

        await app.WaitForAsync(task.Id(), AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Create_WithAttempts_ShowsThemAndTheDueTimeOfTheNext()
    {
        var task = await app.CreateAsync("Flaky", new { max_attempts = 100 });
        Assert.Equal((0, 100), (task.GetProperty("attempt").GetInt32(), task.GetProperty("max_attempts").GetInt32()));

        await app.WaitForAsync(task.Id(), current => current.Reason == ReasonCodes.Retry);
        var waiting = await app.GetJsonAsync($"/api/tasks/{task.Id()}");

        Assert.Equal((1, "pending"), (waiting.GetProperty("attempt").GetInt32(), waiting.String("status")));
        Assert.InRange(waiting.GetProperty("due_at").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddSeconds(100), DateTimeOffset.UtcNow.AddSeconds(300));
        Assert.StartsWith("Attempt 2 of 100 starts at ", waiting.String("reason_text"), StringComparison.Ordinal);
        var run = (await app.GetJsonAsync($"/api/tasks/{task.Id()}/runs")).Items().Single();
        Assert.Equal(("failed", "start"), (run.String("outcome"), run.String("cause")));
    }

    [Fact]
    public async Task Create_OfTheSameInParallel_IsAnsweredWithOneTask_AndWhereItIs()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            using var response = await PostAsync(new { agent_id = app.AgentId, message = "Busy", metadata = new { a = 1 } });
            var id = JsonElement.Parse(await response.Content.ReadAsStringAsync()).Id();
            Assert.Equal($"/api/tasks/{id}", response.Headers.Location?.ToString());
            return (response.StatusCode, Id: id);
        }));

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal((1, 63), (answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), answers.Count(answer => answer.StatusCode == HttpStatusCode.OK)));
        Assert.Equal(1, app.Reader.Counts.Total);
        var other = await app.CreateAsync("Busy", new { metadata = new { a = 1 }, allow_duplicates = true });
        Assert.NotEqual(answers[0].Id, other.Id());
    }

    [Fact]
    public async Task Create_OfTheSameAcceptingAnEventStream_IsAnsweredWithTheStreamOfTheLiveTask()
    {
        var live = await app.CreateAsync("Busy");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
        {
            Content = JsonContent.Create(new { agent_id = app.AgentId, message = "Busy" }),
            Headers = { { "Accept", "text/event-stream" } },
        };
        await using var stream = ServerSentEventReader.Of(await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));

        gate.SetResult();
        var events = await stream.ReadToEndAsync();

        Assert.Equal((HttpStatusCode.OK, $"/api/tasks/{live.Id()}"), (stream.Response.StatusCode, stream.Response.Headers.Location?.ToString()));
        Assert.Equal(live.Id(), events[0].Data.GetProperty("task").Id());
        Assert.Equal("end", events[^1].Name);
    }

    [Fact]
    public async Task Create_BeyondTheSlots_WhereTheServerRefuses_Is429WithRetryAfterAndNoRow()
    {
        await using var small = await DashboardApplication.StartAsync(
            new AgentScript().For("Busy", SaysAfter(gate.Task, "Done.")).Play,
            settings: [("Limits:MaxConcurrentRuns", "4"), ("Limits:Backpressure", "Reject")]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => small.Client.PostAsJsonAsync("/api/tasks", new { agent_id = small.AgentId, message = $"Busy {number}" })));

        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "no_slot");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(4, (await small.GetJsonAsync("/api/tasks")).Items().Count);
        gate.SetResult();
    }

    [Fact]
    public async Task Create_UnderAParentThatWasStopped_IsAConflict()
    {
        var parent = (await app.CreateAsync("Busy")).Id();
        using var cancelled = await app.Client.PostAsync($"/api/tasks/{parent}/cancel", null);
        await app.WaitForAsync(parent, AgentTaskStatus.Cancelled);

        using var response = await PostAsync(new { agent_id = app.AgentId, message = "Then", parent_task_id = parent });

        await response.ProblemAsync(HttpStatusCode.Conflict, "parent_stopped");
    }

    [Fact]
    public async Task Create_OfATaskThatAcceptsNoMessages_RefusesThemWhileItIsLive()
    {
        var deaf = await app.CreateAsync("Busy", new { accepts_messages = false });
        Assert.False(deaf.GetProperty("accepts_messages").GetBoolean());

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/tasks/{deaf.Id()}/message", """{"message":"Hello"}""");

        await response.ProblemAsync(HttpStatusCode.Conflict, "no_inbox");
    }

    private Task<HttpResponseMessage> PostAsync(object body) => app.Client.PostAsJsonAsync("/api/tasks", body);

    private Task<HttpResponseMessage> PatchAsync(string id, object body) => app.Client.PatchAsJsonAsync($"/api/tasks/{id}", body);
}
