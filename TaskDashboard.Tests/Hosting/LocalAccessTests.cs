using System.Net;
using System.Net.Http.Json;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Hosting;

public sealed class LocalAccessTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly DashboardApplication app = shared.App;

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:5080")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.168.0.1")]
    public async Task Request_ThatNamesAnotherHost_IsRefused(string host)
    {
        foreach (var path in new[] { "/api/tasks", "/", "/health/live" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var response = await app.Client.SendAsync(request);
            await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost:80")]
    [InlineData("127.0.0.1:9")]
    [InlineData("[::1]:5080")]
    public async Task Request_ThatNamesThisMachine_IsTaken(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tasks") { Headers = { Host = host } };
        using var response = await app.Client.SendAsync(request);

        await response.JsonAsync();
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("file://")]
    public async Task Change_AskedForByAnotherSitesPage_IsRefused(string origin)
    {
        var before = app.Reader.Counts.Total;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
        {
            Content = JsonContent.Create(new { agent_id = app.AgentId, message = "x" }),
            Headers = { { "Origin", origin } },
        };
        using var response = await app.Client.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(before, app.Reader.Counts.Total);
    }

    [Fact]
    public async Task Change_AskedForByAnOwnPage_IsMade()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
        {
            Content = JsonContent.Create(new { agent_id = app.AgentId, message = "x" }),
            Headers = { { "Origin", app.Address.GetLeftPart(UriPartial.Authority) } },
        };
        using var response = await app.Client.SendAsync(request);

        await response.JsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/nothing")]
    [InlineData("/")]
    [InlineData("/favicon.svg")]
    public async Task EveryAnswer_HasTheSecurityHeaders_AndDoesNotNameTheServer(string path)
    {
        using var response = await app.Client.GetAsync(path);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains(response.Headers.GetValues("Content-Security-Policy"), policy => policy.Contains("frame-ancestors 'none'", StringComparison.Ordinal));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task UnknownPage_IsAPage_AndUnknownRouteOfTheApiAProblem()
    {
        using var page = await app.Client.GetAsync("/nothing/here");
        using var route = await app.Client.GetAsync("/api/nothing/here");

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        await route.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
