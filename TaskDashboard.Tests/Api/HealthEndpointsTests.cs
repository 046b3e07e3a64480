using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Runs;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task Health_OfARunningServer_IsLiveAndReady()
    {
        await using var app = await DashboardApplication.StartAsync();

        Assert.Equal("live", (await app.GetJsonAsync("/health/live")).String("status"));
        var ready = await app.GetJsonAsync("/health/ready");
        Assert.Equal("ready", ready.String("status"));
        Assert.Equal(["self_check", "start_up", "store"], ready.GetProperty("checks").EnumerateArray().Select(check => check.String("name")).Order());
        Assert.All(ready.GetProperty("checks").EnumerateArray(), check => Assert.Equal("ok", check.String("status")));
    }

    [Fact]
    public async Task Ready_WhileTheEngineTakesNoWork_Is503()
    {
        await using var app = await DashboardApplication.StartAsync();
        app.Services.GetRequiredService<EngineState>().IsReady = false;

        using var response = await app.Client.GetAsync("/health/ready");

        var answer = await response.JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("not_ready", answer.String("status"));
        Assert.Contains(answer.GetProperty("checks").EnumerateArray(), check => check.String("name") == "start_up" && check.String("status") == "failing");
        Assert.Equal("live", (await app.GetJsonAsync("/health/live")).String("status"));
    }
}
