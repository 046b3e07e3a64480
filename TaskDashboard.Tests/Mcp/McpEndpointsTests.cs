using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Mcp;

/// <summary>/api/agents/{id}/mcp, with a server in this process.</summary>
public sealed class McpEndpointsTests : IAsyncLifetime
{
    private readonly FakeMcpServer server = FakeMcpServer.Start();
    private DashboardApplication app = null!;
    private string path = "";

    public async Task InitializeAsync()
    {
        app = await DashboardApplication.StartAsync(services: services => services.AddSingleton<IMcpTransports>(server));
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents",
            """{"name":"With servers","mcp_servers":[{"name":"fake","transport":"stdio","command":"fake","environment":{"TOKEN":"hunter2-hunter2"}},{"name":"off","transport":"stdio","command":"fake","enabled":false}]}""");
        path = $"/api/agents/{(await created.JsonAsync(HttpStatusCode.Created)).Id()}/mcp";
    }

    public async Task DisposeAsync()
    {
        await app.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task List_OpensNothing_UntilItIsAskedTo()
    {
        var servers = (await app.GetJsonAsync(path)).Items();
        Assert.Equal([("fake", "idle"), ("off", "disabled")], servers.Select(one => (one.String("name"), one.String("state"))));
        Assert.Equal(0, server.Openings);

        var fake = (await app.GetJsonAsync($"{path}?connect=true")).Items()[0];
        Assert.Equal(("ready", "stdio"), (fake.String("state"), fake.String("transport")));
        Assert.Contains(fake.GetProperty("tools").EnumerateArray(), tool => tool.String("name") == "echo" && tool.String("risk") == "read");
        Assert.Contains(fake.GetProperty("resources").EnumerateArray(), resource => resource.String("uri") == "test://text");
        var prompt = Assert.Single(fake.GetProperty("prompts").EnumerateArray());
        Assert.Equal(("weather", "city", true), (prompt.String("name"), prompt.GetProperty("arguments")[0].String("name"), prompt.GetProperty("arguments")[0].GetProperty("required").GetBoolean()));
    }

    [Fact]
    public async Task FailedServer_SaysWhy_AndWhenItIsTriedAgain_WithoutItsSecrets()
    {
        server.Failure = new IOException("hunter2-hunter2 was refused.");
        using var restarted = await app.SendAsync(HttpMethod.Post, $"{path}/fake/restart");
        Assert.Equal(HttpStatusCode.Accepted, restarted.StatusCode);

        await Eventually.TrueAsync(async () => (await app.GetJsonAsync(path)).Items()[0].String("state") == "failed");

        var fake = (await app.GetJsonAsync(path)).Items()[0];
        Assert.Equal("•••• was refused.", fake.String("problem"));
        Assert.NotNull(fake.String("retry_at"));
        var log = (await app.GetJsonAsync($"{path}/fake/log")).Items();
        Assert.Contains(log, line => line.String("text") == "•••• was refused.");
    }

    [Fact]
    public async Task Prompt_IsFilledIn()
    {
        using var response = await app.Client.PostAsJsonAsync($"{path}/prompts/weather", new { arguments = new { city = "Oslo" } });

        Assert.Equal("Weather in Oslo?", (await response.JsonAsync()).String("text"));
    }

    [Fact]
    public async Task Prompt_ThatTheServerRefuses_IsToldInItsWords()
    {
        using var refused = await app.Client.PostAsJsonAsync($"{path}/prompts/nothing", new { server = "fake" });

        await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity, "mcp_refused");
    }

    [Fact]
    public async Task Resource_IsReadAsTextOrImage_WithinItsBound()
    {
        Assert.Equal("The text of it.", (await app.GetJsonAsync($"{path}/resources?uri=test://text")).String("text"));
        Assert.Equal(("image/png", "AQID"), (Picture(await app.GetJsonAsync($"{path}/resources?uri=test://image"))));
        using var large = await app.Client.GetAsync($"{path}/resources?uri=test://large");
        await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
        using var missing = await app.Client.GetAsync($"{path}/resources?uri=test://missing");
        await missing.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var none = await app.Client.GetAsync($"{path}/resources");
        await none.ProblemAsync(HttpStatusCode.BadRequest, "validation");

        static (string?, string?) Picture(System.Text.Json.JsonElement content) => (content.String("mime_type"), content.String("image"));
    }

    [Fact]
    public async Task WhatThereIsNot_IsNotFound_AndWhatIsOffIsAConflict()
    {
        using var noAgent = await app.Client.GetAsync("/api/agents/agent_none/mcp");
        await noAgent.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var noServer = await app.Client.GetAsync($"{path}/none/log");
        await noServer.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        using var off = await app.SendAsync(HttpMethod.Post, $"{path}/off/restart");
        await off.ProblemAsync(HttpStatusCode.Conflict, "mcp_disabled");
        server.Failure = FakeMcpServer.NotThere;
        using var unavailable = await app.Client.PostAsJsonAsync($"{path}/prompts/weather", new { server = "fake", arguments = new { city = "Oslo" } });
        await unavailable.ProblemAsync(HttpStatusCode.ServiceUnavailable, "mcp_unavailable");
    }
}
