using Microsoft.Extensions.AI;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Who is next when slots are scarce.</summary>
public sealed class PriorityTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private Engine engine = null!;

    public async Task InitializeAsync()
    {
        engine = await Engine.StartAsync(new AgentScript().For("Busy", SaysAfter(gate.Task, "Done.")).For("Work", Says("Done.")).Play, settings: ("Limits:MaxConcurrentRuns", "1"));
        await engine.WaitForAsync((await engine.CreateAsync("Busy")).Id, AgentTaskStatus.Running);
    }

    public async Task DisposeAsync() => await engine.DisposeAsync();

    [Fact]
    public async Task Queue_RunsTheHighestPriorityFirst_AndTheOldestAmongEquals()
    {
        var priorities = new[] { 1, 0, 3, 2, 1, 3, 0, 2 };
        foreach (var (priority, number) in priorities.Select((priority, number) => (priority, number)))
        {
            await engine.CreateAsync($"Work {priority}.{number}", command => command with { Priority = priority });
        }

        Assert.Equal(["3.2", "3.5", "2.3", "2.7", "1.0", "1.4", "0.1", "0.6"], await OrderAsync(priorities.Length));
    }

    [Fact]
    public async Task ReasonText_TellsThePlaceInTheQueue_AsItIsNow()
    {
        var first = await engine.CreateAsync("Work 1");
        var second = await engine.CreateAsync("Work 2");
        Assert.Equal("It waits for a slot; it is number 2 in the queue.", second.ReasonText);

        await engine.Tasks.UpdateAsync(second.Id, new UpdateTask { Priority = 3 });

        Assert.Equal("It waits for a slot; it is number 1 in the queue.", (await engine.Reader.FindAsync(second.Id))!.ReasonText);
        var listed = (await engine.Reader.ListAsync(new TaskQuery())).Items.Single(task => task.Id == first.Id);
        Assert.Equal("It waits for a slot; it is number 2 in the queue.", listed.ReasonText);
        Assert.Equal(["2", "1"], await OrderAsync(2));
    }

    [Fact]
    public async Task Priority_OfATaskThatWaitsForSomethingElse_CountsOnceItQueues()
    {
        var first = await engine.CreateAsync("Work first");
        var after = await engine.CreateAsync("Work after", command => command with { DependsOn = [new TaskDependency(first.Id)] });
        await engine.CreateAsync("Work between");
        await engine.Tasks.UpdateAsync(after.Id, new UpdateTask { Priority = 2 });

        Assert.Equal(["first", "after", "between"], await OrderAsync(3));
    }

    [Fact]
    public async Task Cancel_OfAQueuedTask_MovesTheOthersUp()
    {
        var first = await engine.CreateAsync("Work 1");
        var second = await engine.CreateAsync("Work 2");

        await engine.Tasks.CancelAsync(first.Id, CancelScope.Task, "you");

        Assert.Equal("It waits for a slot; it is number 1 in the queue.", (await engine.Reader.FindAsync(second.Id))!.ReasonText);
        Assert.Equal(["2"], await OrderAsync(1));
    }

    /// <summary>Lets the slot go, and tells in which order the others were asked of the model.</summary>
    private async Task<IEnumerable<string>> OrderAsync(int count)
    {
        gate.SetResult();
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == count + 1);
        return engine.Model.Calls.Skip(1).Select(messages => messages.Last(message => message.Role == ChatRole.User).Text["Work ".Length..]);
    }
}
