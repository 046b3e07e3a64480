using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Storage;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Mcp;

/// <summary><c>mcp_servers</c> of an agent, as clients write and read it.</summary>
public sealed class McpConfigurationTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private const string Servers = """
        {"name":"With servers","mcp_servers":[
          {"name":"files","transport":"stdio","command":"node","arguments":["server.js","--read"],"environment":{"TOKEN":"hunter2-hunter2"},
           "enabled":false,"tools":["read"],"timeout_s":5,"risk":"write"},
          {"name":"web_1","transport":"http","url":"http://127.0.0.1:9/mcp","headers":{"Authorization":"Bearer hunter3-hunter3"},"enabled":false}]}
        """;

    private readonly DashboardApplication app = shared.App;

    [Fact]
    public async Task Servers_ComeBackAsTheyWereSent_WithoutTheirSecrets()
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents", Servers);
        var agent = await created.JsonAsync(HttpStatusCode.Created);

        foreach (var shown in new[] { agent, await app.GetJsonAsync($"/api/agents/{agent.Id()}"), (await app.GetJsonAsync("/api/agents")).Items().Single(one => one.Id() == agent.Id()) })
        {
            var servers = shown.GetProperty("mcp_servers").EnumerateArray().ToList();
            Assert.Equal(["files", "web_1"], servers.Select(server => server.String("name")));
            Assert.Equal(("stdio", "node", 5, "write", false), (servers[0].String("transport"), servers[0].String("command"), servers[0].GetProperty("timeout_s").GetInt32(), servers[0].String("risk"), servers[0].GetProperty("enabled").GetBoolean()));
            Assert.Equal(["server.js", "--read"], servers[0].GetProperty("arguments").EnumerateArray().Select(argument => argument.GetString()));
            Assert.Equal(["read"], servers[0].GetProperty("tools").EnumerateArray().Select(tool => tool.GetString()));
            Assert.Equal("••••", servers[0].GetProperty("environment").String("TOKEN"));
            Assert.Equal(("http", "http://127.0.0.1:9/mcp", 60), (servers[1].String("transport"), servers[1].String("url"), servers[1].GetProperty("timeout_s").GetInt32()));
            Assert.Equal("••••", servers[1].GetProperty("headers").String("Authorization"));
            Assert.DoesNotContain("hunter", shown.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task Mask_SentBack_KeepsTheStoredValue(string method)
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents", Servers);
        var id = (await created.JsonAsync(HttpStatusCode.Created)).Id();

        using var changed = await app.SendAsync(new HttpMethod(method), $"/api/agents/{id}",
            """{"name":"Changed","mcp_servers":[{"name":"files","transport":"stdio","command":"other","environment":{"TOKEN":"••••","MORE":"new"},"enabled":false}]}""");
        await changed.JsonAsync();

        var stored = Assert.Single((await app.Services.GetRequiredService<AgentStore>().FindAsync(id))!.McpServers);
        Assert.Equal(("other", "hunter2-hunter2", "new"), (stored.Command, stored.Environment["TOKEN"], stored.Environment["MORE"]));
    }

    [Fact]
    public async Task Patch_OfSomethingElse_LeavesTheServers()
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents", Servers);
        var id = (await created.JsonAsync(HttpStatusCode.Created)).Id();

        using var changed = await app.SendAsync(HttpMethod.Patch, $"/api/agents/{id}", """{"description":"Another"}""");
        await changed.JsonAsync();

        var stored = (await app.Services.GetRequiredService<AgentStore>().FindAsync(id))!.McpServers;
        Assert.Equal(["hunter2-hunter2", "Bearer hunter3-hunter3"], [stored[0].Environment["TOKEN"], stored[1].Headers["Authorization"]]);
    }

    [Theory]
    [InlineData("name", """{"transport":"stdio","command":"a"}""")]
    [InlineData("name", """{"name":"Big","transport":"stdio","command":"a"}""")]
    [InlineData("transport", """{"name":"a","transport":"pipe"}""")]
    [InlineData("command", """{"name":"a","transport":"stdio"}""")]
    [InlineData("url", """{"name":"a","transport":"http"}""")]
    [InlineData("url", """{"name":"a","transport":"http","url":"ftp://127.0.0.1/"}""")]
    [InlineData("url", """{"name":"a","transport":"http","url":"http://me:secret@127.0.0.1/"}""")]
    [InlineData("headers", """{"name":"a","transport":"http","url":"http://127.0.0.1/","headers":{"Host":"b"}}""")]
    [InlineData("headers", """{"name":"a","transport":"http","url":"http://127.0.0.1/","headers":{"X-Key":"••••"}}""")]
    [InlineData("headers", """{"name":"a","transport":"stdio","command":"a","headers":{"X-Key":"b"}}""")]
    [InlineData("environment", """{"name":"a","transport":"stdio","command":"a","environment":{"NOT A NAME":"b"}}""")]
    [InlineData("environment", """{"name":"a","transport":"stdio","command":"a","environment":{"TASKDASHBOARD_PROCESS":"b"}}""")]
    [InlineData("environment", """{"name":"a","transport":"stdio","command":"a","environment":{"TOKEN":null}}""")]
    [InlineData("arguments", """{"name":"a","transport":"stdio","command":"a","arguments":[null]}""")]
    [InlineData("tools", """{"name":"a","transport":"stdio","command":"a","tools":[""]}""")]
    [InlineData("timeout_s", """{"name":"a","transport":"stdio","command":"a","timeout_s":0}""")]
    [InlineData("timeout_s", """{"name":"a","transport":"stdio","command":"a","timeout_s":601}""")]
    [InlineData("risk", """{"name":"a","transport":"stdio","command":"a","risk":"high"}""")]
    public async Task WrongField_IsNamed(string field, string server)
    {
        using var refused = await app.SendAsync(HttpMethod.Post, "/api/agents", $$"""{"name":"Wrong","mcp_servers":[{{server}}]}""");

        var problem = await refused.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        var error = Assert.Single(problem.GetProperty("errors").EnumerateObject());
        Assert.Equal($"mcp_servers[0].{field}", error.Name);
        Assert.StartsWith($"{field} of mcp_servers[0] ", error.Value[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoServers_OfTheSameName_AreRefused()
    {
        using var refused = await app.SendAsync(HttpMethod.Post, "/api/agents",
            """{"name":"Wrong","mcp_servers":[{"name":"a","transport":"stdio","command":"a"},{"name":"a","transport":"stdio","command":"b"}]}""");

        var problem = await refused.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Equal("mcp_servers[1].name", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public void Agent_StoredBeforeThereWereServers_HasNone()
    {
        var agent = JsonSerializer.Deserialize("""{"id":"agent_1","name":"Old","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}""", EventJson.Wire.AgentDefinition)!;

        Assert.Empty(agent.McpServers);
        Assert.Same(agent, agent.WithoutSecrets());
    }
}
