using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Api;

/// <summary>Agents as files: what goes out, what comes in, and what does not.</summary>
public sealed class AgentFileEndpointsTests(SharedDashboard shared) : IClassFixture<SharedDashboard>
{
    private const string Full = """
        {"name":"Traveller","description":"Goes: places","instructions":"# Go\n\n- first: *look*\n- then 'write'\n","model":"scripted/model","role":"user","color":"#112233",
         "tools":["read_file","run_command"],"skills":["cooking"],"work_dir":"/tmp","limits":{"max_steps":7,"timeout_seconds":60,"max_tokens":1000,"max_cost":0.25},
         "approval":{"mode":"allow_listed","allowed_tools":["read_file"],"expires_after_s":60,"on_expiry":"allow"},
         "mcp_servers":[{"name":"files","transport":"stdio","command":"files","arguments":["-v","yes"],"environment":{"TOKEN":"very-secret"},"timeout_s":5,"risk":"read"},
                        {"name":"web","transport":"http","url":"http://127.0.0.1:1/","headers":{"X-Key":"more-secret"},"enabled":false}]}
        """;

    private readonly DashboardApplication app = shared.App;

    [Theory]
    [InlineData("json", "application/json")]
    [InlineData("yaml", "application/yaml")]
    public async Task Export_ThenImport_GivesTheSameAgent_LessItsSecrets(string format, string contentType)
    {
        var original = await CreateAsync(Full);
        using var exported = await app.Client.GetAsync($"/api/agents/{original.Id()}/export?format={format}");
        var file = await exported.Content.ReadAsStringAsync();
        Assert.Equal(contentType, exported.Content.Headers.ContentType?.MediaType);
        Assert.Matches(@"\Atraveller.*\.agent\." + format, exported.Content.Headers.ContentDisposition!.FileNameStar ?? exported.Content.Headers.ContentDisposition.FileName!);
        Assert.DoesNotContain("secret", file, StringComparison.Ordinal);

        using var imported = await app.SendAsync(HttpMethod.Post, "/api/agents/import", file, contentType);
        var answer = await imported.JsonAsync(HttpStatusCode.Created);

        var agent = answer.GetProperty("agent");
        Assert.Equal($"/api/agents/{agent.Id()}", imported.Headers.Location?.ToString());
        Assert.Matches(@"\ATraveller \(\d+\)\z", agent.String("name"));
        foreach (var field in original.EnumerateObject().Where(field => field.Name is not ("id" or "name" or "created_at" or "updated_at" or "version")))
        {
            // What has to be given again is empty.
            Assert.Equal(field.Value.GetRawText().Replace("••••", "", StringComparison.Ordinal), agent.GetProperty(field.Name).GetRawText());
        }

        Assert.Equal(["mcp_servers[0].environment.TOKEN", "mcp_servers[1].headers.X-Key"], Texts(answer, "secrets"));
        Assert.Equal(["There is no skill cooking here; a task can still find it in its own folder."], Texts(answer, "warnings"));

        // Once more, and nothing has changed on the way but the name, and that there are no secrets.
        using var again = await app.Client.GetAsync($"/api/agents/{agent.Id()}/export?format={format}");
        Assert.Equal(Plain(file.Replace(original.String("name")!, agent.String("name"), StringComparison.Ordinal)), Plain(await again.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task WhatIsNotHere_IsKept_AndTold()
    {
        using var imported = await app.SendAsync(HttpMethod.Post, "/api/agents/import?name=far.agent.yml",
            "name: Stranger\nmodel: elsewhere/model\ntools: [read_file, teleport]\nwork_dir: /no/such/folder\n", "text/plain");
        var answer = await imported.JsonAsync(HttpStatusCode.Created);

        var warnings = Texts(answer, "warnings");
        Assert.Equal(3, warnings.Count);
        Assert.Contains("There is no tool teleport.", warnings);
        Assert.Contains(warnings, warning => warning!.Contains("/no/such/folder", StringComparison.Ordinal));
        Assert.Equal(["read_file", "teleport"], Texts(answer.GetProperty("agent"), "tools"));

        // It may go on naming what it names, and is told of what it names anew.
        var path = $"/api/agents/{answer.GetProperty("agent").Id()}";
        using var renamed = await app.SendAsync(HttpMethod.Patch, path, """{"description":"From afar","tools":["read_file","teleport"]}""");
        await renamed.JsonAsync();
        using var refused = await app.SendAsync(HttpMethod.Patch, path, """{"tools":["teleport","levitate"]}""");
        Assert.Equal("There is no tool levitate.", (await refused.ProblemAsync(HttpStatusCode.BadRequest, "validation")).GetProperty("errors").GetProperty("tools")[0].GetString());
    }

    [Theory]
    [InlineData("""{"name":"A","colour":"#112233"}""", "colour")]
    [InlineData("""{"name":"A","id":"agent_1"}""", "id")]
    [InlineData("""{"name":"A","version":3}""", "version")]
    [InlineData("""{"name":"A","limits":{"max_stepps":3}}""", "limits.max_stepps")]
    [InlineData("""{"name":"A","limits":{"max_steps":"three"}}""", "limits.max_steps")]
    [InlineData("""{"name":"A","limits":{"max_steps":0}}""", "limits.max_steps")]
    [InlineData("""{"name":"A","tools":["read_file",7]}""", "tools[1]")]
    [InlineData("""{"name":"A","tools":"read_file"}""", "tools")]
    [InlineData("""{"name":"A","approval":{"mode":"maybe"}}""", "approval.mode")]
    [InlineData("""{"name":"A","mcp_servers":[{"name":"x","transport":"stdio","command":"x","secret":1}]}""", "mcp_servers[0].secret")]
    [InlineData("""{"name":"A","mcp_servers":[{"name":"x","transport":"smoke"}]}""", "mcp_servers[0].transport")]
    [InlineData("""{"name":"A","color":"red"}""", "color")]
    [InlineData("""{"format":"something.else/9","name":"A"}""", "format")]
    [InlineData("""{"description":"nameless"}""", "name")]
    [InlineData("""{"name":"A","name":"B"}""", "file")]
    [InlineData("[1]", "file")]
    [InlineData("{", "file")]
    public async Task WhatDoesNotFit_IsToldWithItsPlace_AndMakesNothing(string file, string field)
    {
        var before = (await app.GetJsonAsync("/api/agents?archived=all")).Items().Count;

        using var response = await app.SendAsync(HttpMethod.Post, "/api/agents/import", file);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(before, (await app.GetJsonAsync("/api/agents?archived=all")).Items().Count);
    }

    [Fact]
    public async Task YamlBomb_IsRefusedAtItsFirstAnchor()
    {
        var bomb = new StringBuilder("name: A\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var level = 1; level < 12; level++) bomb.Append(CultureInfo.InvariantCulture, $"a{level}: &a{level} [").AppendJoin(',', Enumerable.Repeat($"*a{level - 1}", 10)).Append("]\n");

        using var response = await app.SendAsync(HttpMethod.Post, "/api/agents/import", bomb.ToString(), "application/yaml");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        Assert.Contains("anchors", problem.String("detail"), StringComparison.Ordinal);
        Assert.Contains("line 2", problem.String("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherKindsOfFiles_AndThoseThatAreTooLarge_AreRefused()
    {
        using var unknown = await app.SendAsync(HttpMethod.Post, "/api/agents/import", "name: A", "text/plain");
        await unknown.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");

        using var large = await app.SendAsync(HttpMethod.Post, "/api/agents/import", $"{{\"name\":\"{new string('a', 2 * 1024 * 1024)}\"}}");
        await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");

        using var binary = new ByteArrayContent([0xff, 0xfe, 0x00]);
        using var noText = await app.Client.PostAsync("/api/agents/import?name=a.json", binary);
        await noText.ProblemAsync(HttpStatusCode.BadRequest, "validation");

        using var format = await app.Client.GetAsync($"/api/agents/{app.AgentId}/export?format=xml");
        await format.ProblemAsync(HttpStatusCode.BadRequest, "validation");
        using var nobody = await app.Client.GetAsync("/api/agents/agent_none/export");
        await nobody.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private async Task<JsonElement> CreateAsync(string json)
    {
        using var created = await app.SendAsync(HttpMethod.Post, "/api/agents", json);
        return await created.JsonAsync(HttpStatusCode.Created);
    }

    private static string Plain(string file) => file.Replace("\"", "", StringComparison.Ordinal).Replace("••••", "", StringComparison.Ordinal);

    private static List<string?> Texts(JsonElement answer, string field) => [.. answer.GetProperty(field).EnumerateArray().Select(text => text.GetString())];
}
