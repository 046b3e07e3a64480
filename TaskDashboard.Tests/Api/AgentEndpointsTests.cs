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
    public async Task Patches_OfDifferentFieldsAtTheSameTime_AreAllKept()
    {
        var path = $"/api/agents/{(await CreateAsync("Contested")).Id()}";
        for (var round = 0; round < 20; round++)
        {
            var patches = new[] { $$"""{"description":"d{{round}}"}""", $$"""{"instructions":"i{{round}}"}""", $$$"""{"limits":{"max_steps":{{{round + 1}}}}}""", $$"""{"role":"r{{round}}"}""" };
            var answers = await Task.WhenAll(patches.Select(patch => Task.Run(() => app.SendAsync(HttpMethod.Patch, path, patch))));
            foreach (var answer in answers)
            {
                await answer.JsonAsync();
                answer.Dispose();
            }

            var agent = await app.GetJsonAsync(path);
            Assert.Equal(($"d{round}", $"i{round}", round + 1, $"r{round}"),
                (agent.String("description"), agent.String("instructions"), agent.GetProperty("limits").GetProperty("max_steps").GetInt32(), agent.String("role")));
        }
    }

    [Fact]
    public async Task Change_ForAnotherVersionThanThereIs_IsAConflict_AndStoresNothing()
    {
        var agent = await CreateAsync("Versioned");
        var (path, version) = ($"/api/agents/{agent.Id()}", agent.GetProperty("version").GetInt64());
        using var first = await app.SendAsync(HttpMethod.Patch, path, $$"""{"description":"first","version":{{version}}}""");
        Assert.Equal(version + 1, (await first.JsonAsync()).GetProperty("version").GetInt64());

        using var second = await app.SendAsync(HttpMethod.Put, path, $$"""{"name":"Versioned","description":"second","version":{{version}}}""");

        await second.ProblemAsync(HttpStatusCode.Conflict, "agent_changed");
        Assert.Equal("first", (await app.GetJsonAsync(path)).String("description"));
    }

    [Fact]
    public async Task ArchivedAgent_IsListedWhereItIsAskedFor_TakesNoTasks_AndComesBack()
    {
        var agent = await CreateAsync("Shelved");
        var path = $"/api/agents/{agent.Id()}";
        using var archived = await app.SendAsync(HttpMethod.Patch, path, """{"archived":true}""");
        var since = (await archived.JsonAsync()).String("archived_at");

        Assert.DoesNotContain((await app.GetJsonAsync("/api/agents")).Items(), one => one.Id() == agent.Id());
        Assert.Contains((await app.GetJsonAsync("/api/agents?archived=true")).Items(), one => one.Id() == agent.Id());
        Assert.Contains((await app.GetJsonAsync("/api/agents?archived=all")).Items(), one => one.Id() == app.AgentId);
        using var wrong = await app.Client.GetAsync("/api/agents?archived=perhaps");
        await wrong.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using var refused = await app.SendAsync(HttpMethod.Post, "/api/tasks", $$"""{"agent_id":"{{agent.Id()}}","message":"Hello"}""");
        await refused.ProblemAsync(HttpStatusCode.Conflict, "agent_archived");
        using var still = await app.SendAsync(HttpMethod.Patch, path, """{"archived":true,"description":"x"}""");
        Assert.Equal(since, (await still.JsonAsync()).String("archived_at"));

        using var back = await app.SendAsync(HttpMethod.Patch, path, """{"archived":false}""");
        Assert.Null((await back.JsonAsync()).String("archived_at"));
        using var taken = await app.SendAsync(HttpMethod.Post, "/api/tasks", $$"""{"agent_id":"{{agent.Id()}}","message":"Hello"}""");
        await taken.JsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("""{"limits":{"max_steps":0}}""", "limits.max_steps")]
    [InlineData("""{"limits":{"timeout_seconds":2592001}}""", "limits.timeout_seconds")]
    [InlineData("""{"limits":{"max_tokens":-1}}""", "limits.max_tokens")]
    [InlineData("""{"limits":{"max_cost":0}}""", "limits.max_cost")]
    [InlineData("""{"role":"No Such Role"}""", "role")]
    [InlineData("""{"work_dir":"relative"}""", "work_dir")]
    [InlineData("""{"work_dir":"/proc/self"}""", "work_dir")]
    [InlineData("""{"add_dirs":["/tmp","/no/such"]}""", "add_dirs")]
    [InlineData("""{"model":"nobody/nothing"}""", "model")]
    [InlineData("""{"tools":["teleport"]}""", "tools")]
    public async Task ValueThatDoesNotFit_IsToldByItsField_AndChangesNothing(string patch, string field)
    {
        var before = (await app.GetJsonAsync($"/api/agents/{app.AgentId}")).GetRawText();

        using var response = await app.SendAsync(HttpMethod.Patch, $"/api/agents/{app.AgentId}", patch);

        Assert.True((await response.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").TryGetProperty(field, out _));
        Assert.Equal(before, (await app.GetJsonAsync($"/api/agents/{app.AgentId}")).GetRawText());
    }

    [Fact]
    public async Task Duplicate_IsLikeTheOriginal_UnderANameOfItsOwn()
    {
        var agent = await CreateAsync("Twin");

        using var response = await app.SendAsync(HttpMethod.Post, $"/api/agents/{agent.Id()}/duplicate");

        var twin = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal($"/api/agents/{twin.Id()}", response.Headers.Location?.ToString());
        Assert.NotEqual(agent.Id(), twin.Id());
        Assert.Equal("Twin (2)", twin.String("name"));
        Assert.Equal(agent.GetProperty("tools").GetRawText(), twin.GetProperty("tools").GetRawText());
        using var nobody = await app.SendAsync(HttpMethod.Post, "/api/agents/agent_none/duplicate");
        await nobody.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Delete_SaysWhatIsLive_AndHowManyItCancelled()
    {
        var agent = await CreateAsync("Doomed");
        using var created = await app.SendAsync(HttpMethod.Post, "/api/tasks", $$"""{"agent_id":"{{agent.Id()}}","message":"Later","delay_until":"2099-01-01T00:00:00Z"}""");
        var task = await created.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(task.Id(), Assert.Single((await app.GetJsonAsync($"/api/agents/{agent.Id()}/live-tasks")).Items()).Id());

        using var deleted = await app.Client.DeleteAsync($"/api/agents/{agent.Id()}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("1", Assert.Single(deleted.Headers.GetValues("X-Cancelled-Count")));
        Assert.Equal("cancelled", (await app.GetJsonAsync($"/api/tasks/{task.Id()}")).String("status"));
        using var gone = await app.Client.GetAsync($"/api/agents/{agent.Id()}/live-tasks");
        await gone.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Tools_SayWhatTheyCanDo()
    {
        var tools = (await app.GetJsonAsync("/api/tools")).Items().ToDictionary(tool => tool.String("name")!, tool => tool.String("risk"));

        Assert.Equal(("read", "write", "execute", "network"), (tools["read_file"], tools["write_file"], tools["run_command"], tools["fetch_url"]));
    }

    private async Task<System.Text.Json.JsonElement> CreateAsync(string name)
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents", $$"""{"name":"{{name}}","tools":["read_file"]}""");
        return await created.JsonAsync(HttpStatusCode.Created);
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
