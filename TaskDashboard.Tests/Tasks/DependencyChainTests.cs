using System.Diagnostics;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Ten thousand tasks, each after the one before or all after the first.</summary>
public sealed class DependencyChainTests(ITestOutputHelper output)
{
    private const int Length = 10_000;

    /// <summary>Far more than it takes, far less than minutes.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failure_OfTheFirst_FailsAllThatWaitForIt(bool inAChain)
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", FailsAfter(gate.Task, "No.")).Play);
        var first = await engine.CreateAsync("First");
        var ids = await FollowAsync(engine, first.Id, inAChain);

        var clock = Stopwatch.StartNew();
        gate.SetResult();
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Failed);
        await engine.WaitForCountAsync(AgentTaskStatus.Failed, Length + 1);

        output.WriteLine($"{Length} dependents failed in {clock.ElapsedMilliseconds} ms.");
        Assert.True(clock.Elapsed < Bound, $"It took {clock.Elapsed.TotalSeconds:0.0} s.");
        foreach (var id in new[] { ids[0], ids[Length / 2], ids[^1] })
        {
            var failed = (await engine.Reader.FindAsync(id))!;
            Assert.Equal((AgentTaskStatus.Failed, ReasonCodes.Dependency, 0), (failed.Status, failed.Reason, failed.RunCount));
            Assert.Single((await engine.Reader.ListEventsAsync(id, 0, 10)).Select(@event => @event.Data).OfType<StatusData>(), data => data.Status.IsTerminal());
        }
    }

    [Fact]
    public async Task Cycle_OverTheWholeChain_IsFound()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", SaysAfter(gate.Task, "Done.")).Play);
        var first = await engine.CreateAsync("First");
        var ids = await FollowAsync(engine, first.Id, inAChain: true);

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => engine.Tasks.UpdateAsync(ids[0], new UpdateTask { DependsOn = [new TaskDependency(ids[^1])] }));

        Assert.Equal("dependency_cycle", refused.Code);
        await engine.Tasks.CancelAsync(first.Id, CancelScope.Task, "you");
        await engine.WaitForCountAsync(AgentTaskStatus.Failed, Length);
    }

    [Fact]
    public async Task Success_OfTheFirst_LetsAThousandRunInTheOrderOfTheChain()
    {
        const int Count = 1_000;
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", SaysAfter(gate.Task, "Done.")).For("Follow", Says("Done.")).Play);
        var before = (await engine.CreateAsync("First")).Id;
        var ids = new List<string>();
        for (var number = 0; number < Count; number++)
        {
            var after = before;
            ids.Add(before = (await engine.CreateAsync("Follow", command => command with { DependsOn = [new TaskDependency(after)] })).Id);
        }

        gate.SetResult();
        await engine.WaitForAsync(ids[^1], AgentTaskStatus.Completed);

        var tasks = await Task.WhenAll(ids.Select(async id => (await engine.Reader.FindAsync(id))!));
        Assert.All(tasks, task => Assert.Equal((AgentTaskStatus.Completed, 1), (task.Status, task.RunCount)));
        Assert.All(tasks.Zip(tasks.Skip(1)), pair => Assert.True(pair.First.EndedAt <= pair.Second.StartedAt));
    }

    private static async Task<List<string>> FollowAsync(Engine engine, string first, bool inAChain)
    {
        var ids = new List<string>(Length);
        if (inAChain)
        {
            for (var number = 0; number < Length; number++) ids.Add((await engine.CreateAsync("Follow", After(number == 0 ? first : ids[^1]))).Id);
            return ids;
        }

        ids.AddRange((await Task.WhenAll(Enumerable.Range(0, Length).Select(_ => engine.CreateAsync("Follow", After(first))))).Select(task => task.Id));
        return ids;
    }

    private static Func<CreateTask, CreateTask> After(string taskId) => command => command with { DependsOn = [new TaskDependency(taskId)] };
}
