using System.Net;
using System.Text.Json;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class RunEndpointsTests : IAsyncLifetime
{
    private DashboardApplication app = null!;
    private AgentTask task = null!;
    private JsonElement run;

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync(FailingRun.Play, settings: FailingRun.Limit);
        task = await app.WaitForAsync((await app.CreateAsync("Report")).Id(), AgentTaskStatus.Failed);
        run = await app.GetJsonAsync($"/api/runs/{task.RunId}");
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task Run_IsOnItsTaskFromTheFirstEventOn_AndTasksAreFoundByIt()
    {
        Assert.Equal(task.Id, run.String("task_id"));
        Assert.Equal(task.RunId, (await app.GetJsonAsync($"/api/tasks/{task.Id}")).String("run_id"));
        Assert.Equal([task.Id], (await app.GetJsonAsync($"/api/tasks?run_id={task.RunId}")).Items().Select(item => item.Id()));
        Assert.Equal([task.RunId], (await app.GetJsonAsync($"/api/tasks/{task.Id}/runs")).Items().Select(item => item.String("run_id")));
        Assert.Empty((await app.GetJsonAsync("/api/tasks?run_id=run_none")).Items());
        var events = (await app.GetJsonAsync($"/api/tasks/{task.Id}/events?limit=200")).Items();
        Assert.All(events.SkipWhile(told => told.String("type") != "run"), told => Assert.Equal(task.RunId, told.String("run_id")));
    }

    [Fact]
    public async Task Steps_SayWhatTheirAttemptsCameTo_AndNothingWhereThereWereNone()
    {
        var steps = run.GetProperty("steps").EnumerateArray().ToList();

        Assert.Equal(12, steps.Count);
        var attempts = steps[5].GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal([("The provider answered 503.", false), ("The provider answered 429.", true)], attempts.Select(attempt => (attempt.String("cause"), attempt.GetProperty("rate_limited").GetBoolean())));
        Assert.All(attempts, attempt => Assert.True(attempt.GetProperty("at_ms").GetInt64() >= 0 && attempt.GetProperty("waited_ms").GetInt64() >= 0));
        Assert.All(steps.Where(step => step.GetProperty("index").GetInt32() != 6), step => Assert.False(step.TryGetProperty("attempts", out _)));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Timeline_NamesTheFault_AndLeadsToSteps()
    {
        var timeline = await app.GetJsonAsync($"/api/runs/{task.RunId}/timeline");

        var fault = timeline.GetProperty("fault");
        Assert.Equal(("read_file", "tool", 7, 2), (fault.String("name"), fault.String("kind"), fault.GetProperty("index").GetInt32(), fault.GetProperty("retries_before").GetInt32()));
        Assert.Equal((task.RunId, task.Id, "failed"), (timeline.GetProperty("run").String("run_id"), timeline.GetProperty("run").String("task_id"), timeline.GetProperty("run").String("outcome")));
        var spans = timeline.GetProperty("spans").EnumerateArray().ToList();
        Assert.Equal(run.GetProperty("steps").EnumerateArray().Select(step => step.String("step_id")), spans.Where(span => span.GetProperty("index").ValueKind == JsonValueKind.Number).OrderBy(span => span.GetProperty("index").GetInt32()).Select(span => span.String("step_id")));
        Assert.NotEmpty(timeline.GetProperty("critical_path").EnumerateArray());
        Assert.Empty(timeline.GetProperty("children").EnumerateArray());
    }

    [Fact]
    public async Task Exchange_IsThereForModelCalls_AndNotForTools()
    {
        var steps = run.GetProperty("steps").EnumerateArray().ToList();

        var exchange = await app.GetJsonAsync($"/api/runs/{task.RunId}/steps/{steps[5].String("step_id")}/exchange");
        Assert.Equal("Now the report.", exchange.GetProperty("response").String("text"));
        Assert.Equal("read_file", exchange.GetProperty("response").GetProperty("updates").EnumerateArray().Select(update => update.GetProperty("call")).Single(call => call.ValueKind == JsonValueKind.Object).String("name"));
        Assert.Equal("system", exchange.GetProperty("messages")[0].String("role"));
        await (await app.Client.GetAsync($"/api/runs/{task.RunId}/steps/{steps[6].String("step_id")}/exchange")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await (await app.Client.GetAsync($"/api/runs/run_none/steps/{steps[5].String("step_id")}/exchange")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await (await app.Client.GetAsync("/api/runs/run_none/timeline")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
