using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Cancels that reach further than one task.</summary>
public sealed class TaskTreeCancelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task CancelTree_WhileItSpawns_EndsEveryNodeWithinTwoSeconds_AndNothingStartsAfterwards()
    {
        // Five levels, and every node wants to spawn without end: the tree is cancelled in the middle of it.
        var rounds = new TaskCompletionSource();
        var spawned = 0;
        await using var engine = await Engine.StartAsync(
            model => model.Always((messages, _, token) =>
            {
                var calls = Interlocked.Increment(ref spawned);
                if (calls > 60) rounds.TrySetResult();
                return ScriptedModelProvider.Play([
                    ScriptedModelProvider.Call($"a{calls}", "spawn_task", ("message", $"Node {calls}a")),
                    ScriptedModelProvider.Call($"b{calls}", "spawn_task", ("message", $"Node {calls}b")),
                ]);
            }),
            settings: [("Limits:MaxTaskDepth", "4"), ("Limits:MaxConcurrentRuns", "100"), ("Limits:MaxConsecutiveErrors", "1000"), ("Limits:MaxLiveSubtasks", "3")]);
        var root = await engine.CreateAsync("Root");
        await Task.WhenAny(rounds.Task, TreeReachesAsync(engine, root.Id, 40)).WaitAsync(Engine.Bound);
        await TreeReachesAsync(engine, root.Id, 40);

        var receipt = await engine.Tasks.CancelAsync(root.Id, CancelScope.Tree, "you");
        var accepted = engine.Model.Calls.Count;
        var nodes = (await engine.Reader.ListTreeAsync(root.Id)).Count;
        foreach (var node in await engine.Reader.ListTreeAsync(root.Id)) await engine.WaitForAsync(node.Id, task => task.Status.IsTerminal());

        var tree = await engine.Reader.ListTreeAsync(root.Id);
        var stops = tree.Select(node => node.Stop).OfType<StopReceipt>().ToList();
        var took = stops.Max(stop => stop.StoppedAt!.Value) - stops.Min(stop => stop.AskedAt);
        output.WriteLine($"{tree.Count} nodes, {receipt.CancelledCount} signalled, all ended within {took.TotalMilliseconds:F0} ms.");
        Assert.Equal(nodes, tree.Count);
        Assert.Equal(accepted, engine.Model.Calls.Count);
        Assert.True(took < TimeSpan.FromSeconds(2), $"It took {took}.");
        Assert.All(tree.Where(node => node.Status == AgentTaskStatus.Cancelled), node =>
        {
            Assert.NotNull(node.Stop);
            Assert.NotNull(node.Stop.AcknowledgedAt);
            Assert.True(node.Stop.StoppedAt >= node.Stop.AskedAt, $"{node.Stop}");
            Assert.Equal(0, node.Stop.CallsAfter);
        });

        // Counted behind the commit, and before the slot is free.
        await Eventually.TrueAsync(() => engine.Services.GetRequiredService<RunSlots>().Busy == 0);
        Assert.Equal(0, engine.Services.GetRequiredService<ISelfCheck>().Current.Counters.CallsAfterCancel);
    }

    [Fact]
    public async Task CancelDescendants_OfARun_StopsWhatItStarted_AndLeavesTheRun()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Nest"))), Says("Waiting."), Says("Done without them."))
            .For("Nest", Calls(Call("spawn_task", ("message", "Leaf"))), SaysAfter(never.Task, "x")).For("Leaf", SaysAfter(never.Task, "x")).Play);
        var parent = await engine.CreateAsync("Lead this");
        await TreeReachesAsync(engine, parent.Id, 3);
        var parked = await engine.WaitForAsync(parent.Id, AgentTaskStatus.Waiting);

        var count = await engine.Tasks.CancelDescendantsAsync(parked.RunId!, "you");

        Assert.Equal(2, count);
        var done = await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);
        Assert.Equal(parked.RunId, done.RunId);
        Assert.Equal(0, await engine.Tasks.CancelDescendantsAsync(parked.RunId!, "you"));
    }

    [Fact]
    public async Task CancelChat_StopsEveryLiveTaskOfIt_AndNoOther()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], never.Task, token)));
        var first = await engine.CreateAsync("One");
        var second = await engine.CreateAsync("Two", command => command with { ChatId = first.ChatId });
        var other = await engine.CreateAsync("Elsewhere");

        Assert.Equal(2, await engine.Tasks.CancelChatAsync(first.ChatId, "you"));

        foreach (var task in new[] { first, second }) await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        Assert.Equal(AgentTaskStatus.Running, (await engine.WaitForAsync(other.Id, AgentTaskStatus.Running)).Status);
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.CancelChatAsync("chat_none", "you"))).Code);
    }

    [Fact]
    public async Task CancelTree_InACircleOfParents_Ends()
    {
        await using var engine = await Engine.StartAsync();
        var first = await engine.CreateAsync("One");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        var second = await engine.CreateAsync("Two", command => command with { ParentTaskId = first.Id });
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        await engine.Store.Writer.EnqueueAsync(batch =>
        {
            using var close = new Core.Storage.Statement(batch.Database, "UPDATE tasks SET parent_task_id = ? WHERE id = ?");
            return close.Execute(second.Id, first.Id);
        });

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.CancelAsync(first.Id, CancelScope.Tree, "you"));

        Assert.Equal("task_terminal", refused.Code);
    }

    [Fact]
    public async Task Delete_OfAParent_StopsItsChildrenAndKeepsThem()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Leaf"))), Says("Waiting.")).For("Leaf", SaysAfter(never.Task, "x")).Play);
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Waiting);
        var child = (await engine.Reader.ListTreeAsync(parent.Id))[1];

        await engine.Tasks.DeleteAsync(parent.Id, "you");

        Assert.Null(await engine.Reader.FindAsync(parent.Id));
        Assert.Equal(AgentTaskStatus.Cancelled, (await engine.WaitForAsync(child.Id, task => task.Status.IsTerminal())).Status);
    }

    private static async Task TreeReachesAsync(Engine engine, string rootId, int nodes)
    {
        using var bound = new CancellationTokenSource(Engine.Bound);
        await foreach (var _ in engine.Feed.WatchListAsync(0, bound.Token))
        {
            if ((await engine.Reader.ListTreeAsync(rootId, bound.Token)).Count >= nodes) return;
        }
    }
}
