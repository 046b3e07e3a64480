using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Mcp;

/// <summary>Runs of agents that have servers.</summary>
public sealed class McpRunTests : IAsyncLifetime
{
    private readonly FakeMcpServer server = FakeMcpServer.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Run_GetsTheToolsThatAreAllowed_AndWhatTheServerSaysOfThem()
    {
        await using var engine = await StartAsync([Calls(Call("mcp__fake__echo", ("text", "Hi")), Call("mcp__fake__fail"), Call("mcp__fake__wait")), Says("Done.")],
            definition => definition with { Tools = ["echo", "fail"] });

        var results = await RunAsync(engine);

        Assert.Equal((StepOutcome.Success, "You said Hi"), (results[0].Status, results[0].Content));
        Assert.Equal(StepOutcome.Error, results[1].Status);
        Assert.Contains("It is broken.", results[1].Content, StringComparison.Ordinal);
        Assert.StartsWith("There is no tool mcp__fake__wait.", results[2].Content, StringComparison.Ordinal);
        Assert.Contains("What the MCP server fake says of its tools:\nAsk me nicely.", Instructions(engine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutItsServer_GoesOn_AndTheModelIsToldWhy()
    {
        server.Failure = new IOException("The cable is out.");
        await using var engine = await StartAsync([Says("Done.")], settle: true);

        Assert.Empty(await RunAsync(engine));

        Assert.Contains("The MCP server fake is not available: The cable is out.", Instructions(engine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_OfOneAgent_AreConnectedOnce_ForAllItsRuns()
    {
        await using var engine = await StartAsync([Calls(Call("mcp__fake__echo", ("text", "Hi"))), Says("Done.")]);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RunAsync(engine)));

        Assert.Equal(1, server.Openings);
    }

    [Fact]
    public async Task Delete_OfTheAgent_ClosesItsServers()
    {
        await using var engine = await StartAsync([Says("Done.")]);
        await RunAsync(engine);
        Assert.Equal(1, server.Alive);

        await engine.Services.GetRequiredService<IAgentStore>().DeleteAsync(engine.AgentId);

        await Eventually.TrueAsync(() => server.Alive == 0);
    }

    [Fact]
    public async Task Change_OfTheDefinition_ConnectsAnewAtTheNextRun()
    {
        await using var engine = await StartAsync([Says("Done.")]);
        await RunAsync(engine);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        var agent = (await agents.FindAsync(engine.AgentId))!;

        await agents.SaveAsync(agent with { Description = "Another" });
        await RunAsync(engine);
        Assert.Equal(1, server.Openings);
        await agents.SaveAsync(agent with { McpServers = [agent.McpServers[0] with { Arguments = ["--more"] }] });
        await Eventually.TrueAsync(() => server.Alive == 0);
        await RunAsync(engine);

        Assert.Equal((2, 1), (server.Openings, server.Alive));
    }

    [Fact]
    public async Task Server_ThatIsSwitchedOff_IsNotStarted()
    {
        await using var engine = await StartAsync([Says("Done.")], definition => definition with { Enabled = false });

        await RunAsync(engine);

        Assert.Equal(0, server.Openings);
        Assert.DoesNotContain("MCP", Instructions(engine), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_OfTheTask_EndsItsCall_AndLeavesTheConnection()
    {
        await using var engine = await StartAsync([Calls(Call("mcp__fake__wait")), Says("Done.")]);
        var task = await engine.CreateAsync("Work");
        await engine.WatchUntilAsync(task.Id, frame => frame is EventFrame { Event.Data: ToolUseData });

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        Assert.Equal(1, server.Alive);
    }

    [Fact]
    public async Task Stop_OfTheEngine_ClosesEveryConnection()
    {
        var engine = await StartAsync([Says("Done.")]);
        await RunAsync(engine);

        await engine.DisposeAsync();

        Assert.Equal(0, server.Alive);
    }

    private static string Instructions(Engine engine) => engine.Model.Calls.Last().First(message => message.Role == ChatRole.System).Text;

    private static async Task<List<ToolResultData>> RunAsync(Engine engine)
    {
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        return [.. (await engine.Reader.ListEventsAsync(task.Id, 0, 500)).Select(@event => @event.Data).OfType<ToolResultData>().OrderBy(result => result.CallId, StringComparer.Ordinal)];
    }

    private async Task<Engine> StartAsync(ScriptedModelProvider.Script[] steps, Func<McpServerDefinition, McpServerDefinition>? with = null, bool settle = false)
    {
        var engine = await Engine.StartWithAsync(services => services.AddSingleton<IMcpTransports>(server), new AgentScript().For("Work", steps).Play);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        var definition = new McpServerDefinition { Name = "fake", Transport = McpTransport.Stdio, Command = "fake" };
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { McpServers = [with is null ? definition : with(definition)], Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll } });
        if (!settle) return engine;

        // Far enough into its pauses that a run does not wait for the next attempt.
        var connection = (await engine.Services.GetRequiredService<McpConnections>().FindAsync(engine.AgentId, "fake"))!;
        connection.Begin();
        await Eventually.TrueAsync(() => connection.Picture.Condition.RetryAt - DateTimeOffset.UtcNow > TimeSpan.FromSeconds(1));
        return engine;
    }
}
