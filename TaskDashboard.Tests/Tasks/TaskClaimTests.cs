using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Who owns a task, when many want it.</summary>
public sealed class TaskClaimTests
{
    [Fact]
    public async Task SixtyFourClaimers_OnAThousandTasks_RunEachOnce()
    {
        const int Claimers = 64;
        const int Count = 1_000;
        await using var engine = await Engine.StartAsync(settings: ("Limits:MaxConcurrentRuns", "1"));
        var tasks = await Task.WhenAll(Enumerable.Range(0, Count).Select(
            number => engine.CreateAsync($"Task {number}", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddHours(1) })));

        // The engine's own dispatcher keeps out of it: it has no slot to give.
        Assert.True(engine.Services.GetRequiredService<RunSlots>().TryTake(engine.AgentId));
        await Task.WhenAll(tasks.Select(task => engine.Log.ChangeAsync(task.Id, (current, view) => new TaskChange
        {
            Edit = row => row with { DelayUntil = null },
            Transition = PendingReason.Of(current with { DelayUntil = null }, view),
        })));
        var dispatcher = engine.Services.GetRequiredService<TaskDispatcher>();
        var runs = engine.Services.GetRequiredService<LiveRunTable>();
        var ids = engine.Services.GetRequiredService<IdSource>();
        var agent = (await engine.Services.GetRequiredService<IAgentStore>().FindAsync(engine.AgentId))!;
        var winners = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, Claimers).Select(claimer => Task.Run(async () =>
        {
            // Each begins elsewhere, so that they meet all over.
            foreach (var index in Enumerable.Range(0, Count).Select(offset => (offset + (claimer * 17)) % Count))
            {
                var run = new LiveRun(tasks[index].Id, ids.NewRun(), RunCause.Start, agent);
                var claim = await engine.Log.ChangeAsync(
                    run.TaskId, current => current is { Status: AgentTaskStatus.Pending, Reason: ReasonCodes.Slot } ? dispatcher.Claim(current, run) : null);
                if (!claim.Applied) continue;
                winners.Add(run.TaskId);
                Assert.True(runs.TryAdd(run));
                dispatcher.Start(claim.Task!, run, null);
            }
        })));
        await engine.WaitForCountAsync(AgentTaskStatus.Completed, Count);

        Assert.Equal(Count, winners.Count);
        Assert.Equal(Count, winners.Distinct().Count());
        Assert.Equal(Count, engine.Model.Calls.Count);
        foreach (var task in tasks) Assert.Equal(1, (await engine.Reader.FindAsync(task.Id))!.RunCount);
    }

    [Fact]
    public async Task WriteOfAnEarlierOwner_IsRefused_CountedAndLogged()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, token) => Fakes.ScriptedModelProvider.SayThenWait(["Half"], gate.Task, token))
            .Then((_, _, _) => Fakes.ScriptedModelProvider.Say("Whole")));
        var task = await engine.CreateAsync("Talk");
        await engine.WatchUntilAsync(task.Id, frame => frame is Core.Events.DeltaFrame);
        var runs = engine.Services.GetRequiredService<LiveRunTable>();
        var stale = runs.Find(task.Id)!;

        // Somebody else takes the task over while the run is in the middle of its answer.
        runs.Remove(stale);
        await engine.Log.ChangeAsync(task.Id, current => RunChanges.Interrupt(current, "Taken over.", left: null));
        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        gate.SetResult();
        await stale.Settled.WaitAsync(Engine.Bound);

        Assert.Equal(done.Version, (await engine.Reader.FindAsync(task.Id))!.Version);
        Assert.Contains(engine.Logs.Lines, line => line.Message.Contains(stale.RunId, StringComparison.Ordinal) && line.Exception is OwnershipLostException);
        var events = await engine.Reader.ListEventsAsync(task.Id, 0, 100);
        Assert.Equal(2, events.Select(@event => @event.Data).OfType<Core.Events.RunData>().Count(run => run.Outcome is not null));
    }
}
