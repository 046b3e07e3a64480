using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>How many runs are at work at once: all together, and for each agent; and what a run that waits does with its slot.</summary>
public sealed class RunSlotsTests
{
    private readonly TaskCompletionSource gate = new();

    [Fact]
    public async Task LimitPerAgent_KeepsOneAgentFromTakingEverySlot_AndStarvesNobody()
    {
        await using var engine = await Engine.StartAsync(
            model => model.Always(SaysAfter(gate.Task, "Done.")), settings: [("Limits:MaxConcurrentRuns", "4"), ("Limits:MaxConcurrentRunsPerAgent", "3")]);
        var other = (await engine.Services.GetRequiredService<IAgentStore>().ListAsync()).First(agent => agent.Id != engine.AgentId).Id;
        var greedy = await CreateAsync(engine, engine.AgentId, 20);

        await engine.WaitForCountAsync(AgentTaskStatus.Running, 3);
        var modest = await CreateAsync(engine, other, 3);
        await engine.WaitForCountAsync(AgentTaskStatus.Running, 4);

        Assert.Equal(AgentTaskStatus.Running, (await engine.Reader.FindAsync(modest[0]))!.Status);
        Assert.Equal(4, engine.Services.GetRequiredService<RunSlots>().Busy);
        gate.SetResult();
        await engine.WaitForCountAsync(AgentTaskStatus.Completed, 23);
        var most = await MostAtOnceAsync(engine, greedy);
        Assert.Equal((3, 4), (most, await MostAtOnceAsync(engine, [.. greedy, .. modest])));
        await Eventually.TrueAsync(() => engine.Services.GetRequiredService<RunSlots>().Busy == 0);
    }

    [Fact]
    public async Task Slots_AreNeverExceeded_WhenHundredsQueue()
    {
        await using var engine = await Engine.StartAsync(model => model.Always(Says("Done.")), settings: ("Limits:MaxConcurrentRuns", "3"));

        var ids = await Task.WhenAll(Enumerable.Range(0, 300).Select(async number => (await engine.CreateAsync($"Work {number}")).Id));
        await engine.WaitForCountAsync(AgentTaskStatus.Completed, 300);

        Assert.InRange(await MostAtOnceAsync(engine, ids), 1, 3);
    }

    [Fact]
    public async Task PausedRun_GivesItsSlotToAnother_AndComesBackWhenThereIsOne()
    {
        var next = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            new AgentScript()
                .For("Hold", (_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token), Says("Held."))
                .For("Next", SaysAfter(next.Task, "Done.")).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));
        var held = await engine.CreateAsync("Hold");
        await engine.WatchUntilAsync(held.Id, frame => frame is DeltaFrame);
        await engine.Tasks.PauseAsync(held.Id);
        var other = await engine.CreateAsync("Next");
        Assert.Equal(ReasonCodes.Slot, other.Reason);

        gate.SetResult();
        await engine.WaitForAsync(held.Id, task => task.Reason == ReasonCodes.Paused);
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Running);
        await engine.Tasks.ResumeAsync(held.Id);
        await Eventually.TrueAsync(() => engine.Services.GetRequiredService<RunSlots>().IsQueued(held.Id));
        var waiting = (await engine.Reader.FindAsync(held.Id))!;
        Assert.Equal("It goes on when a slot is free; it is number 1 in the queue.", waiting.ReasonText);
        next.SetResult();

        Assert.Equal(1, (await engine.WaitForAsync(held.Id, AgentTaskStatus.Completed)).RunCount);
        Assert.Equal(AgentTaskStatus.Completed, (await engine.Reader.FindAsync(other.Id))!.Status);
    }

    [Fact]
    public async Task ResumeThatTheStoreRefuses_LeavesTheSlotToOthers()
    {
        var time = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Hold", (_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token), Says("Held.")).Play, time: time, settings: ("Limits:MaxConcurrentRuns", "1"));
        var slots = engine.Services.GetRequiredService<RunSlots>();
        var held = await engine.CreateAsync("Hold");
        await engine.WatchUntilAsync(held.Id, frame => frame is DeltaFrame);
        await engine.Tasks.PauseAsync(held.Id);
        gate.SetResult();
        await engine.WaitForAsync(held.Id, task => task.Reason == ReasonCodes.Paused);
        await Eventually.TrueAsync(() => slots.Busy == 0);
        using var other = new OtherProgram(engine.DataDirectory);
        other.Lock();

        var resuming = engine.Tasks.ResumeAsync(held.Id);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return resuming.IsCompleted;
        });

        Assert.Equal("store_unavailable", (await Assert.ThrowsAsync<RefusedException>(() => resuming)).Code);
        Assert.Equal(0, slots.Busy);
        other.LetGo();
        await engine.Tasks.ResumeAsync(held.Id);
        await engine.WaitForAsync(held.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task RateLimitedRun_GivesItsSlotToAnother_AndComesBackAtItsTime()
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Limited", (_, observer, token) => LimitedAsync(observer, gate.Task, token)).For("Next", Says("Done.")).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));
        var limited = await engine.CreateAsync("Limited");

        var waiting = await engine.WaitForAsync(limited.Id, AgentTaskStatus.Waiting);
        Assert.Equal(ReasonCodes.RateLimit, waiting.Reason);
        Assert.NotNull(waiting.DueAt);
        var other = await engine.CreateAsync("Next");
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Completed);
        gate.SetResult();

        Assert.Equal(1, (await engine.WaitForAsync(limited.Id, AgentTaskStatus.Completed)).RunCount);
    }

    [Fact]
    public async Task Cancel_OfARunThatWaitsForItsSlotBack_EndsIt_AndTheSlotIsNotLost()
    {
        var next = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            new AgentScript()
                .For("Limited", (_, observer, token) => LimitedAsync(observer, gate.Task, token))
                .For("Next", SaysAfter(next.Task, "Done.")).For("Last", Says("Done.")).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));
        var limited = await engine.CreateAsync("Limited");
        await engine.WaitForAsync(limited.Id, AgentTaskStatus.Waiting);
        var other = await engine.CreateAsync("Next");
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Running);
        var slots = engine.Services.GetRequiredService<RunSlots>();
        gate.SetResult();
        await Eventually.TrueAsync(() => slots.IsQueued(limited.Id));

        await engine.Tasks.CancelAsync(limited.Id, CancelScope.Task, "you");
        await engine.WaitForAsync(limited.Id, AgentTaskStatus.Cancelled);
        next.SetResult();
        await engine.WaitForAsync((await engine.CreateAsync("Last")).Id, AgentTaskStatus.Completed);

        await Eventually.TrueAsync(() => slots.Busy == 0);
        Assert.Equal(0, slots.QueueLength);
    }

    private static async Task<List<string>> CreateAsync(Engine engine, string agentId, int count)
    {
        var ids = new List<string>();
        for (var number = 0; number < count; number++) ids.Add((await engine.CreateAsync($"Work {number}", command => command with { AgentId = agentId })).Id);
        return ids;
    }

    /// <summary>How many of the tasks were at work at the same time, at most, as their logs tell it.</summary>
    private static async Task<int> MostAtOnceAsync(Engine engine, IEnumerable<string> ids)
    {
        var changes = new List<(long Id, int By)>();
        foreach (var id in ids)
        {
            var runs = (await engine.Reader.ListEventsAsync(id, 0, 100)).Where(@event => @event.Data is RunData);
            changes.AddRange(runs.Select(@event => (@event.Id, ((RunData)@event.Data).Outcome is null ? 1 : -1)));
        }

        var (now, most) = (0, 0);
        foreach (var (_, by) in changes.OrderBy(change => change.Id)) most = Math.Max(most, now += by);
        return most;
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> LimitedAsync(
        IModelCallObserver observer, Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await observer.RetryingAsync(new ModelRetry(2, DateTimeOffset.UtcNow.AddSeconds(30), RateLimited: true, "Too many requests."), cancellationToken);
        await gate.WaitAsync(cancellationToken);
        await observer.RetryStartingAsync(2, cancellationToken);
        yield return ScriptedModelProvider.Text("At last.");
    }
}
