using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>What the API's callers are told while another program keeps the store locked, by a clock that the test moves.</summary>
public sealed class StoreRefusalTests
{
    [Fact]
    public async Task LockedStore_RefusesEveryVerb_AndDoesNoneOfThemLater()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await DashboardApplication.StartAsync(time: time);
        var id = (await app.CreateAsync("Say something", new { title = "Before" })).Id();
        var before = await app.WaitForAsync(id, AgentTaskStatus.Completed);
        var agents = (await app.GetJsonAsync("/api/agents")).Items().Count;
        using var other = new OtherProgram(app.DataDirectory);
        other.Lock();

        var task = $$"""{"agent_id":"{{app.AgentId}}","message":"Never stored"}""";
        var answers = new[]
        {
            app.SendAsync(HttpMethod.Post, "/api/tasks", task),
            app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", """{"message":"Never stored"}"""),
            app.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/message", """{"message":"Never stored","client_message_id":"mine"}"""),
            app.SendAsync(HttpMethod.Patch, $"/api/tasks/{id}", """{"title":"Never stored"}"""),
            app.SendAsync(HttpMethod.Delete, $"/api/tasks/{id}"),
            app.SendAsync(HttpMethod.Post, "/api/agents", """{"name":"Never stored"}"""),
            app.SendAsync(HttpMethod.Delete, $"/api/agents/{app.AgentId}"),
        };
        await Eventually.TrueAsync(() =>
        {
            if (answers.All(answer => answer.IsCompleted)) return true;
            time.Advance(TimeSpan.FromSeconds(0.1));
            return false;
        });

        foreach (var answer in answers)
        {
            using var response = await answer;
            var problem = await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            Assert.Equal("The store is locked by another program. Nothing was stored; try again in a moment.", problem.String("detail"));
            Assert.NotNull(response.Headers.RetryAfter);
        }

        other.LetGo();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            return app.Services.GetRequiredService<StoreHealth>().Current.IsAvailable;
        });
        Assert.Equal(before.Version, (await app.Reader.FindAsync(id))!.Version);
        Assert.Equal(agents, (await app.GetJsonAsync("/api/agents")).Items().Count);
        Assert.Equal(0L, other.Execute("SELECT (SELECT count(*) FROM messages WHERE text = 'Never stored') + (SELECT count(*) FROM agents WHERE name = 'Never stored')"));
        Assert.Equal(1L, other.Execute("SELECT count(*) FROM tasks"));

        // The watchdog finds a store that is locked for so long; nothing else thinks that something is wrong with the server.
        Assert.DoesNotContain(app.Logs.Lines, line => line.Level >= LogLevel.Error && line.Category != typeof(Watchdog).FullName);

        using var again = await app.SendAsync(HttpMethod.Post, "/api/tasks", task);
        Assert.Equal(JsonValueKind.Object, (await again.JsonAsync(HttpStatusCode.Created)).ValueKind);
    }
}
