using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>What callers are told while the server stops in order.</summary>
public sealed class DrainingTests
{
    [Fact]
    public async Task Post_WhileTheServerDrains_Is503WithRetryAfter_AndReadingStillWorks()
    {
        var begun = new TaskCompletionSource();
        var gate = new TaskCompletionSource<object?>();
        var tool = new UnrulyTools(("unruly", _ =>
        {
            begun.SetResult();
            return gate.Task;
        }
        ));
        await using var app = await DashboardApplication.StartAsync(
            new AgentScript().For("Work", Calls(Call("unruly")), Says("Done.")).Play, services: services => services.AddSingleton<IToolSource>(tool));
        var agents = app.Services.GetRequiredService<AgentStore>();
        await agents.SaveAsync((await agents.FindAsync(app.AgentId))! with { Tools = ["unruly"] });
        var task = await app.CreateAsync("Work");
        await begun.Task.WaitAsync(DashboardApplication.Bound);
        var state = app.Services.GetRequiredService<EngineState>();
        using var client = app.NewClient();

        var stopping = Task.Run(app.StopAsync);
        await Eventually.TrueAsync(() => !state.IsReady);
        using var refused = await client.PostAsJsonAsync("/api/tasks", new { agent_id = app.AgentId, message = "More" });
        using var unsent = await client.PostAsJsonAsync($"/api/tasks/{task.Id()}/message", new { message = "More" });
        using var ready = await client.GetAsync("/health/ready");
        using var read = await client.GetAsync($"/api/tasks/{task.Id()}");
        gate.SetResult("ok");
        await stopping.WaitAsync(DashboardApplication.Bound);

        Assert.Equal("draining", (await refused.JsonAsync(HttpStatusCode.ServiceUnavailable)).String("code"));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("draining", (await unsent.JsonAsync(HttpStatusCode.ServiceUnavailable)).String("code"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("running", (await read.JsonAsync()).String("status"));
    }
}
