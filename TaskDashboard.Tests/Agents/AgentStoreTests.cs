using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Agents;

/// <summary>Agents on disk: documents of earlier versions, and changes at the same time.</summary>
public sealed class AgentStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-agents-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task DocumentThatIsOlderThanItsFields_LoadsWithTheirDefaults()
    {
        await using (var first = await Engine.StartAsync(directory: folder)) await first.StopAsync();
        using (var other = new OtherProgram(folder))
        {
            other.Execute("""INSERT INTO agents (id, name, definition) VALUES ('agent_old', 'Old', '{"id":"agent_old","name":"Old","tools":["read_file"],"created_at":"2026-01-01T00:00:00Z"}')""");
        }

        await using var engine = await Engine.StartAsync(directory: folder);
        var old = (await engine.Services.GetRequiredService<IAgentStore>().FindAsync("agent_old"))!;

        Assert.Equal(("task", AgentLimits.None, null, null, 0L), (old.Role, old.Limits, old.WorkDir, old.ArchivedAt, old.Version));
        Assert.Empty(old.AddDirs);
        Assert.Empty(old.McpServers);
        Assert.Equal(ApprovalMode.AskByRisk, old.Approval.Mode);
        Assert.Equal("#4f6bed", old.Color);
        Assert.Equal("", old.Instructions);
    }

    [Fact]
    public async Task ChangesInParallel_OfDifferentFields_AreAllKept()
    {
        await using var engine = await Engine.StartAsync(directory: folder);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        var before = (await agents.FindAsync(engine.AgentId))!.Version;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(index => Task.Run(() =>
            agents.ChangeAsync(engine.AgentId, agent => agent with { Tools = [.. agent.Tools, $"tool_{index}"] }))));

        var after = (await agents.FindAsync(engine.AgentId))!;
        Assert.Equal(50, after.Tools.Count(tool => tool.StartsWith("tool_", StringComparison.Ordinal)));
        Assert.Equal(before + 50, after.Version);
    }

    [Fact]
    public async Task ChangeThatThrows_ChangesNothing_AndLetsTheNextOneThrough()
    {
        await using var engine = await Engine.StartAsync(directory: folder);
        var agents = engine.Services.GetRequiredService<IAgentStore>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => agents.ChangeAsync(engine.AgentId, _ => throw new InvalidOperationException()));

        Assert.Equal("Renamed", (await agents.ChangeAsync(engine.AgentId, agent => agent with { Name = "Renamed" }))!.Name);
        Assert.Null(await agents.ChangeAsync("agent_none", agent => agent));
    }

    [Fact]
    public async Task WhatWasConfigured_IsThereAfterARestart()
    {
        var limits = new AgentLimits { MaxSteps = 3, TimeoutSeconds = 60, MaxTokens = 1_000, MaxCost = 0.5m };
        await using (var first = await Engine.StartAsync(directory: folder))
        {
            await first.Services.GetRequiredService<IAgentStore>().ChangeAsync(
                first.AgentId, agent => agent with { Role = "user", Limits = limits, WorkDir = "/srv", AddDirs = ["/opt"], ArchivedAt = DateTimeOffset.UnixEpoch });
        }

        await using var engine = await Engine.StartAsync(directory: folder);
        var kept = (await engine.Services.GetRequiredService<IAgentStore>().FindAsync(engine.AgentId))!;

        Assert.Equal(("user", limits, "/srv", DateTimeOffset.UnixEpoch), (kept.Role, kept.Limits, kept.WorkDir, kept.ArchivedAt));
        Assert.Equal(["/opt"], kept.AddDirs);
        Assert.DoesNotContain(await engine.Services.GetRequiredService<IAgentStore>().ListAvailableAsync(), agent => agent.Id == engine.AgentId);
    }
}
