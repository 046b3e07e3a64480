using System.Net;
using System.Net.Http.Json;
using TaskDashboard.Core.Processes;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Mcp;

/// <summary>The real program with a real server below it, and kill -9: nothing of the server is left.</summary>
[Collection(EverythingCollection.Name)]
public sealed class McpOrphanTests(EverythingServer everything) : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-orphans-").FullName;

    private ProcessFamily Family => new(ProcessMark.OfScope(directory));

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Kill_OfTheProgram_EndsItsServers()
    {
        await using var program = await DashboardProcess.StartAsync(directory);
        await ConnectAsync(program, EverythingServer.Node, everything.Script, "stdio");
        Assert.NotEmpty(Family.Look());

        await program.KillAsync();

        await Eventually.TrueAsync(() => Family.Look().Count == 0);
    }

    [Fact]
    public async Task Kill_OfTheProgram_LeavesServersThatDoNotCareToTheNextStart_WhichEndsThem()
    {
        await using (var program = await DashboardProcess.StartAsync(directory))
        {
            await ConnectAsync(program, "/bin/sh", "-c", "(trap '' TERM INT HUP; while :; do sleep 1; done) & exec \"$@\"", "sh", EverythingServer.Node, everything.Script, "stdio");
            await program.KillAsync();
            Assert.NotEmpty(Family.Look());
        }

        await using var next = await DashboardProcess.StartAsync(directory);

        Assert.Empty(Family.Look());
    }

    [Fact]
    public async Task Stop_OfTheProgram_EndsItsServersWithIt()
    {
        await using var program = await DashboardProcess.StartAsync(directory);
        await ConnectAsync(program, "/bin/sh", "-c", "(trap '' TERM INT HUP; while :; do sleep 1; done) & exec \"$@\"", "sh", EverythingServer.Node, everything.Script, "stdio");

        Assert.Equal(0, await program.StopAsync());

        Assert.Empty(Family.Look());
    }

    private static async Task ConnectAsync(DashboardProcess program, string command, params string[] arguments)
    {
        using var created = await program.Client.PostAsJsonAsync("/api/agents", new { name = "With a server", mcp_servers = new[] { new { name = "everything", transport = "stdio", command, arguments } } });
        var id = (await created.JsonAsync(HttpStatusCode.Created)).Id();
        using var response = await program.Client.GetAsync($"/api/agents/{id}/mcp?connect=true");
        var server = Assert.Single((await response.JsonAsync()).Items());
        Assert.True(server.String("state") == "ready", server.GetRawText());
    }
}
