using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using static TaskDashboard.Tests.Fakes.AgentScript;
using static TaskDashboard.Tests.Triggers.TriggerEngine;

namespace TaskDashboard.Tests.Triggers;

/// <summary>A run that lasts longer than its period.</summary>
public sealed class OverlapTests
{
    [Fact]
    public async Task Skip_LeavesOut_WhatComesWhileItRuns()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Every(60));

        await AdvanceAsync(engine, trigger, 3);
        gate.SetResult();
        await engine.WaitForAsync(trigger.Id, history => history[0].RunEndedAt is not null);
        await AdvanceAsync(engine, trigger, 1);

        var history = await engine.HistoryAsync(trigger.Id);
        Assert.Equal([null, FiringReasons.Overlap, FiringReasons.Overlap, null], history.Select(firing => firing.Reason));
    }

    [Fact]
    public async Task Queue_LetsThemRunOneAfterTheOther_AndNoMoreThanTenWait()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.Queue });

        await AdvanceAsync(engine, trigger, 13);
        var waiting = await engine.HistoryAsync(trigger.Id);
        gate.SetResult();
        var history = await engine.WaitForAsync(trigger.Id, history => history.Count(firing => firing.RunOutcome == RunOutcome.Completed) == 11);

        Assert.Equal(10, waiting.Count(firing => firing.Outcome == FiringOutcome.Queued));
        Assert.Equal(2, history.Count(firing => firing.Reason == FiringReasons.QueueFull));
        var runs = await engine.Engine.Reader.ListRunsAsync(trigger.TaskId, 0, 50);
        Assert.Equal(11, runs.Count);
        Assert.Equal(history.Where(firing => firing.RunId is not null).Select(firing => firing.RunId), runs.Select(run => run.RunId));
    }

    [Fact]
    public async Task CancelPrevious_StopsWhatRuns_AndRunsInItsPlace()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.CancelPrevious });

        await AdvanceAsync(engine, trigger, 1);
        await engine.Engine.WaitForAsync(trigger.TaskId, AgentTaskStatus.Running);
        engine.Time.Advance(TimeSpan.FromSeconds(60));
        await engine.WaitForAsync(trigger.Id, history => history.Count == 2 && history[1].RunId is not null);
        gate.SetResult();
        var history = await engine.WaitForAsync(trigger.Id, history => history[1].RunEndedAt is not null);

        Assert.Equal([RunOutcome.Cancelled, RunOutcome.Completed], history.Select(firing => firing.RunOutcome!.Value));
        Assert.Contains("the trigger Every", history[0].RunOutcomeText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunNow_WhileItRuns_IsRefusedOrQueued_AsThePolicySays()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var skips = await engine.AloneAsync(Every(3600));
        var queues = await engine.AloneAsync(Every(3600) with { Overlap = Overlap.Queue });
        foreach (var trigger in new[] { skips, queues }) await engine.Triggers.RunNowAsync(trigger.Id);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.Triggers.RunNowAsync(skips.Id));
        var queued = await engine.Triggers.RunNowAsync(queues.Id);

        Assert.Equal("firing_skipped", refusal.Code);
        Assert.Equal(FiringOutcome.Queued, queued.Outcome);
        gate.SetResult();
        await engine.WaitForAsync(queues.Id, history => history.Count(firing => firing.RunEndedAt is not null) == 2);
    }

    [Fact]
    public async Task WhatWaitsForATaskThatHasEnded_IsLetGoSoon_WhenThatWasRefusedAtItsEnd()
    {
        await using var engine = await StartAsync();
        var task = await engine.EndedTaskAsync();
        var trigger = await engine.Triggers.CreateAsync(task.Id, Every(3600) with { Overlap = Overlap.Queue });

        // As the store is when it took the task's end, and not what follows from it.
        await engine.Engine.Store.Writer.EnqueueAsync(batch => TriggerTable.InsertFiring(
            batch, new TriggerFiring { TriggerId = trigger.Id, Slot = "refused", Outcome = FiringOutcome.Queued, DueAt = Start, ThroughAt = Start, At = Start, TaskId = task.Id, Message = "Again" }));
        Assert.Equal(FiringOutcome.Queued, (await engine.HistoryAsync(trigger.Id)).Single().Outcome);
        engine.Time.Advance(TimeSpan.FromSeconds(15));

        await engine.WaitForAsync(trigger.Id, history => history.Single().RunOutcome == RunOutcome.Completed);
        Assert.Equal([RunCause.Start, RunCause.Trigger], (await engine.Engine.Reader.ListRunsAsync(task.Id, 0, 10)).Select(run => run.Cause));
    }

    [Fact]
    public async Task WhatWaits_IsDropped_WhenTheTriggerIsPaused()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.Queue });
        await AdvanceAsync(engine, trigger, 2);

        await engine.Triggers.PauseAsync(trigger.Id);
        gate.SetResult();
        var history = await engine.WaitForAsync(trigger.Id, history => history[0].RunEndedAt is not null);

        Assert.Equal((FiringOutcome.Skipped, FiringReasons.TriggerStopped), (history[1].Outcome, history[1].Reason));
        Assert.Single(await engine.Engine.Reader.ListRunsAsync(trigger.TaskId, 0, 10));
    }

    /// <summary>Lets so many slots pass, each decided before the next comes.</summary>
    private static async Task AdvanceAsync(TriggerEngine engine, Trigger trigger, int slots)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            var before = (await engine.HistoryAsync(trigger.Id)).Count;
            engine.Time.Advance(TimeSpan.FromSeconds(60));
            await engine.WaitForAsync(trigger.Id, history => history.Count > before);
        }
    }
}
