using System.Net;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

public sealed class AgentEndpointsTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private readonly DashboardApplication app = shared.App;

    [Fact]
    public async Task List_HoldsTheReadyMadeAgents()
    {
        var agents = (await app.GetJsonAsync("/api/agents")).Items();

        Assert.Contains(agents, agent => agent.String("name") == "Assistant");
        Assert.All(agents, agent => Assert.StartsWith("#", agent.String("color"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Agent_IsMade_Changed_Replaced_AndRemoved()
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents",
            """{"name":" Tester ","description":"Tests","instructions":"Test.","tools":["read_file"],"model":"scripted/model","color":"#112233"}""");
        var agent = await created.JsonAsync(HttpStatusCode.Created);
        var path = $"/api/agents/{agent.Id()}";
        Assert.Equal(path, created.Headers.Location?.ToString());
        Assert.Equal("Tester", agent.String("name"));

        using var changed = await app.SendAsync(HttpMethod.Patch, path, """{"description":"Tests more","model":""}""");
        var patched = await changed.JsonAsync();
        Assert.Equal(("Tester", "Tests more", null, "Test."), (patched.String("name"), patched.String("description"), patched.String("model"), patched.String("instructions")));

        using var put = await app.SendAsync(HttpMethod.Put, path, """{"name":"Other"}""");
        var replaced = await put.JsonAsync();
        Assert.Equal(("Other", "", ""), (replaced.String("name"), replaced.String("description"), replaced.String("instructions")));
        Assert.Equal(agent.String("created_at"), replaced.String("created_at"));
        Assert.Equal(replaced.GetRawText(), (await app.GetJsonAsync(path)).GetRawText());

        using var deleted = await app.Client.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Client.GetAsync(path);
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Models_HasTheDefaultOneFirst()
    {
        var models = (await app.GetJsonAsync("/api/models")).Items();

        Assert.Equal("scripted/model", models[0].Id());
        Assert.True(models[0].GetProperty("is_default").GetBoolean());
    }

    [Fact]
    public async Task ChangesAtTheSameTime_AreAllThere()
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents", """{"name":"Shared"}""");
        var path = $"/api/agents/{(await created.JsonAsync(HttpStatusCode.Created)).Id()}";
        for (var round = 0; round < 25; round++)
        {
            string[] bodies = [$$"""{"description":"d{{round}}"}""", $$"""{"instructions":"i{{round}}"}""", $$$"""{"approval":{"expires_after_s":{{{round + 1}}}}}"""];

            foreach (var response in await Task.WhenAll(bodies.Select(body => app.SendAsync(HttpMethod.Patch, path, body))))
            {
                using (response) await response.JsonAsync();
            }

            var agent = await app.GetJsonAsync(path);
            Assert.Equal(($"d{round}", $"i{round}", round + 1), (agent.String("description"), agent.String("instructions"), agent.GetProperty("approval").GetProperty("expires_after_s").GetInt32()));
        }
    }
}
