using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Agents;

/// <summary>Agents that go, and that are put aside: what becomes of their work.</summary>
public sealed class AgentRemovalTests
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    [Fact]
    public async Task Removal_CancelsTheLiveTasksWithWhatIsBelowThem_AndLeavesTheEndedOnes()
    {
        await using var engine = await StartAsync();
        var other = await AddAgentAsync(engine, "Other");
        var ended = await engine.CreateAsync("Short");
        await engine.WaitForAsync(ended.Id, AgentTaskStatus.Completed);
        var root = await engine.CreateAsync("Long");
        await engine.WaitForAsync(root.Id, AgentTaskStatus.Running);
        var child = await engine.CreateAsync("Long", command => command with { AgentId = other.Id, ParentTaskId = root.Id });
        var late = await engine.CreateAsync("Later", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });
        var untouched = await engine.CreateAsync("Long", command => command with { AgentId = other.Id });
        await engine.WaitForAsync(untouched.Id, AgentTaskStatus.Running);
        var removal = engine.Services.GetRequiredService<IAgentRemoval>();

        var live = await removal.ListLiveAsync(engine.AgentId);
        var removed = await removal.RemoveAsync(engine.AgentId, "you");

        Assert.Equal([root.Id, child.Id, late.Id], live.Select(task => task.Id));
        Assert.Equal(3, removed.CancelledCount);
        foreach (var task in new[] { root, child, late }) await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        Assert.Equal(AgentTaskStatus.Completed, (await engine.Reader.FindAsync(ended.Id))!.Status);
        Assert.Equal(AgentTaskStatus.Running, (await engine.Reader.FindAsync(untouched.Id))!.Status);
        Assert.Equal("Assistant", (await engine.Reader.FindAsync(ended.Id))!.AgentName);
        Assert.Equal("agent_gone", (await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.SendMessageAsync(ended.Id, new SendMessage("More")))).Code);
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => removal.RemoveAsync(engine.AgentId, "you"))).Code);
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => removal.ListLiveAsync(engine.AgentId))).Code);
    }

    [Fact]
    public async Task Removal_CancelsTheRunThatATriggerHasItDo_OfAnothersTask()
    {
        await using var engine = await StartAsync();
        var other = await AddAgentAsync(engine, "Other");
        var task = await engine.CreateAsync("Short");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var triggers = engine.Services.GetRequiredService<ITriggerService>();
        var trigger = await triggers.CreateAsync(task.Id, new TriggerDefinition { Name = "Lent", Message = "Long", EveryS = 3600, AgentId = other.Id });
        await triggers.RunNowAsync(trigger.Id);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var removal = engine.Services.GetRequiredService<IAgentRemoval>();

        Assert.Equal(task.Id, Assert.Single(await removal.ListLiveAsync(other.Id)).Id);
        Assert.Equal(1, (await removal.RemoveAsync(other.Id, "you")).CancelledCount);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
    }

    [Fact]
    public async Task Removal_WhileTasksAreCreatedAndContinued_LeavesNoneOfThemLive()
    {
        await using var engine = await StartAsync();
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        for (var round = 0; round < 8; round++)
        {
            var agent = await AddAgentAsync(engine, $"Round {round}");
            var ended = await engine.CreateAsync("Short", command => command with { AgentId = agent.Id });
            await engine.WaitForAsync(ended.Id, AgentTaskStatus.Completed);
            using var begun = new CountdownEvent(8);

            var creations = Enumerable.Range(0, 16).Select(index => Task.Run(async () =>
            {
                if (index < 8) begun.Signal();
                try
                {
                    if (index % 8 == 0) await engine.Tasks.SendMessageAsync(ended.Id, new SendMessage("Long"));
                    else await engine.CreateAsync("Long", command => command with { AgentId = agent.Id });
                }
                catch (RefusedException refusal)
                {
                    Assert.Contains(refusal.Code, new[] { "not_found", "agent_gone" });
                }
            })).ToList();
            Assert.True(begun.Wait(Engine.Bound));
            await engine.Services.GetRequiredService<IAgentRemoval>().RemoveAsync(agent.Id, "you");
            await Task.WhenAll(creations);

            Assert.Null(await agents.FindAsync(agent.Id));
            var left = (await engine.Reader.ListAsync(new TaskQuery { AgentId = agent.Id, Limit = 200 })).Items;
            foreach (var task in left) await engine.WaitForAsync(task.Id, one => one.Status.IsTerminal());
        }
    }

    [Fact]
    public async Task ArchivedAgent_TakesNoNewTasks_ButItsLiveOnesGoOn_AndItCanBeBroughtBack()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Long", AgentScript.SaysAfter(gate.Task, "Done."))
            .For("Spawn", AgentScript.SaysAfter(gate.Task, "Done.")).Play);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        var live = await engine.CreateAsync("Long", command => command with { IdempotencyKey = "once" });
        await engine.WaitForAsync(live.Id, AgentTaskStatus.Running);

        await agents.ChangeAsync(engine.AgentId, agent => agent with { ArchivedAt = DateTimeOffset.UtcNow });
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Long"));
        var repeat = await engine.Tasks.CreateAsync(new CreateTask { AgentId = engine.AgentId, Message = "Long", AllowDuplicates = true, IdempotencyKey = "once" });

        Assert.Equal((RefusalKind.Conflict, "agent_archived"), (refusal.Kind, refusal.Code));
        Assert.Contains("Assistant is archived", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((live.Id, true), (repeat.Task.Id, repeat.Existing));
        gate.SetResult();
        await engine.WaitForAsync(live.Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(live.Id, new SendMessage("Long, once more"));
        await engine.WaitForAsync(live.Id, task => task is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        await agents.ChangeAsync(engine.AgentId, agent => agent with { ArchivedAt = null });
        await engine.WaitForAsync((await engine.CreateAsync("Long")).Id, AgentTaskStatus.Completed);
    }

    private static Task<Engine> StartAsync() => Engine.StartAsync(new AgentScript()
        .For("Short", AgentScript.Says("Done."), AgentScript.SaysAfter(Never, "Never."))
        .For("Long", AgentScript.SaysAfter(Never, "Never."))
        .For("Later", AgentScript.Says("Late.")).Play);

    private static async Task<AgentDefinition> AddAgentAsync(Engine engine, string name)
    {
        var agent = new AgentDefinition { Id = $"agent_{name.Replace(' ', '_')}", Name = name };
        await engine.Services.GetRequiredService<IAgentStore>().SaveAsync(agent);
        return agent;
    }
}
