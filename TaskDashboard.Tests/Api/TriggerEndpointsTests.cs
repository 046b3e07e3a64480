using System.Net;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Triggers over REST.</summary>
public sealed class TriggerEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;

    public async Task InitializeAsync() => app = await DashboardApplication.StartAsync(model => model.Always(Says("Done.")));

    public Task DisposeAsync() => app.DisposeAsync().AsTask();

    [Fact]
    public async Task Trigger_IsMade_Shown_Changed_AndRemoved()
    {
        var made = await app.PostJsonAsync("/api/triggers", new { agent_id = app.AgentId, message = "Sweep the floor", cron = "0 9 * * 1-5", time_zone = "Europe/Berlin" }, HttpStatusCode.Created);
        var id = made.String("id")!;

        Assert.Equal(("Sweep the floor", "cron", "active", "skip", "last"), (made.String("name"), made.String("kind"), made.String("state"), made.String("overlap"), made.String("catch_up")));
        Assert.Equal($"/cron/{id}", made.String("descriptor"));
        Assert.Equal($"task {made.String("task_id")![^4..]}", made.String("label"));
        Assert.Equal(5, made.GetProperty("next_firings").GetArrayLength());
        Assert.Equal(made.String("next_at"), made.GetProperty("next_firings")[0].GetString());

        var changed = await app.PatchJsonAsync($"/api/triggers/{id}", new { every_s = 60, max_firings = 3, name = "Broom" });
        Assert.Equal((JsonValueKind.Null, 60, 3, "Broom", "Sweep the floor"), (changed.GetProperty("cron").ValueKind, changed.GetProperty("every_s").GetInt32(), changed.GetProperty("max_firings").GetInt32(), changed.String("name"), changed.String("message")));
        changed = await app.PatchJsonAsync($"/api/triggers/{id}", new { max_firings = (int?)null });
        Assert.Equal((JsonValueKind.Null, 60), (changed.GetProperty("max_firings").ValueKind, changed.GetProperty("every_s").GetInt32()));

        Assert.Equal("paused", (await app.PostJsonAsync($"/api/triggers/{id}/pause", new { }, HttpStatusCode.OK)).String("state"));
        Assert.Equal("active", (await app.PostJsonAsync($"/api/triggers/{id}/resume", new { }, HttpStatusCode.OK)).String("state"));
        var skipped = await app.PostJsonAsync($"/api/triggers/{id}/skip-next", new { }, HttpStatusCode.OK);
        Assert.Equal("skipped_by_person", (await app.GetJsonAsync($"/api/triggers/{id}/firings")).GetProperty("items")[0].String("reason"));
        Assert.Equal(id, Assert.Single((await app.GetJsonAsync($"/api/triggers?task_id={skipped.String("task_id")}")).GetProperty("items").EnumerateArray()).String("id"));

        Assert.Equal(HttpStatusCode.NoContent, (await app.Client.DeleteAsync($"/api/triggers/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync($"/api/triggers/{id}")).StatusCode);
    }

    [Fact]
    public async Task RunNow_OpensARunOfItsTask_WhichTheHistoryNames()
    {
        var task = await app.CreateAsync("Begin");
        await app.WaitForAsync(task.String("id")!, AgentTaskStatus.Completed);
        var trigger = await app.PostJsonAsync("/api/triggers", new { task_id = task.String("id"), message = "Go on", cron = "@daily" }, HttpStatusCode.Created);

        var firing = await app.PostJsonAsync($"/api/triggers/{trigger.String("id")}/run", new { }, HttpStatusCode.OK);
        await app.WaitForAsync(task.String("id")!, row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);

        Assert.Equal(("started", "run_now"), (firing.String("outcome"), firing.String("source")));
        var told = (await app.GetJsonAsync($"/api/triggers/{trigger.String("id")}/firings")).GetProperty("items")[0];
        Assert.Equal("completed", told.String("run_outcome"));
        var run = await app.GetJsonAsync($"/api/runs/{told.String("run_id")}");
        Assert.Equal("trigger", run.String("cause"));
        var events = (await app.GetJsonAsync($"/api/tasks/{task.String("id")}/events?limit=200")).GetProperty("items").EnumerateArray();
        Assert.Contains(events, one => one.String("type") == "run" && one.GetProperty("data").TryGetProperty("trigger_id", out var by) && by.GetString() == trigger.String("id"));
    }

    [Fact]
    public async Task LastRun_IsTheLastFiringThatOpenedOne_WithItsOutcome_NotASkippedOne()
    {
        var trigger = await app.PostJsonAsync("/api/triggers", new { agent_id = app.AgentId, message = "Go on", cron = "@daily" }, HttpStatusCode.Created);
        var id = trigger.String("id")!;
        Assert.Equal(JsonValueKind.Null, trigger.GetProperty("last_run").ValueKind);

        var firing = await app.PostJsonAsync($"/api/triggers/{id}/run", new { }, HttpStatusCode.OK);
        await app.WaitForAsync(trigger.String("task_id")!, AgentTaskStatus.Completed);
        var skipped = await app.PostJsonAsync($"/api/triggers/{id}/skip-next", new { }, HttpStatusCode.OK);

        var listed = Assert.Single((await app.GetJsonAsync("/api/triggers")).GetProperty("items").EnumerateArray());
        foreach (var answer in new[] { skipped, listed, await app.GetJsonAsync($"/api/triggers/{id}") })
        {
            var last = answer.GetProperty("last_run");
            Assert.Equal((firing.GetProperty("id").GetInt64(), "completed"), (last.GetProperty("id").GetInt64(), last.String("run_outcome")));
        }
    }

    [Theory]
    [InlineData("{}", "message", "agent_id")]
    [InlineData("""{"message":"Go","agent_id":"AGENT"}""", "cron")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","cron":"0 9 * * *","every_s":5}""", "cron")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","cron":"61 * * * *"}""", "cron")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","cron":"0 9 * * *","time_zone":"Middle/Earth"}""", "time_zone")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":0}""", "every_s")]
    [InlineData("""{"message":"Go","agent_id":"agent_x","every_s":60}""", "agent_id")]
    [InlineData("""{"message":"Go","agent_id":7,"every_s":60}""", "agent_id")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"kind":"mail"}""", "kind")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"overlap":"twice"}""", "overlap")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"until":"2001-01-01"}""", "until")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"max_firings":0}""", "max_firings")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"catch_up_limit":101}""", "catch_up_limit")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"secret":"x"}""", "secret")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","kind":"webhook","cron":"0 9 * * *"}""", "cron")]
    [InlineData("""{"message":"Go","agent_id":"AGENT","every_s":60,"model":"nobody/none"}""", "model")]
    public async Task BadInput_IsRefusedWithItsFields_AndNothingIsMade(string body, params string[] fields)
    {
        using var content = new StringContent(body.Replace("AGENT", app.AgentId, StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");
        using var response = await app.Client.PostAsync("/api/triggers", content);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        foreach (var field in fields) Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), $"{field} is not among {problem.GetProperty("errors")}");
        Assert.Empty((await app.GetJsonAsync("/api/triggers")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Preview_ShowsTheNextFive_OrWhatIsWrong()
    {
        var shown = await app.GetJsonAsync("/api/triggers/preview?cron=*/5%20*%20*%20*%20*&time_zone=Asia/Tokyo");
        Assert.Equal(5, shown.GetProperty("next_firings").GetArrayLength());

        using var refused = await app.Client.GetAsync("/api/triggers/preview?cron=nonsense");
        await refused.ProblemAsync(HttpStatusCode.BadRequest, "validation");
    }
}
