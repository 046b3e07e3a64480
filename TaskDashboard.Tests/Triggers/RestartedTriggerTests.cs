using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;
using static TaskDashboard.Tests.Triggers.TriggerEngine;

namespace TaskDashboard.Tests.Triggers;

/// <summary>A process that dies at any step of a firing: every slot ran once, or has a skip in the history that says why.</summary>
public sealed class RestartedTriggerTests
{
    [Fact]
    public async Task Kill_AtEachCommitOfAFiring_LeavesEverySlotRunOnceOrSkippedWithAReason()
    {
        var copies = new ConcurrentQueue<string>();
        var time = new ManualTimeProvider(Start);
        Trigger trigger;
        await using (var engine = new TriggerEngine(await Engine.StartWithAsync(services => services.AddSingleton<ICommitListener>(new KilledAtEachCommit(copies)), Echo, null, time), time))
        {
            copies.Clear();
            KilledAtEachCommit.Of(engine.Engine).Copy = engine.Engine.CopyAsLeftByAKill;
            trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.Queue });
            for (var slot = 0; slot < 3; slot++) await engine.RunNextAsync(trigger.Id);
        }

        Assert.InRange(copies.Count, 9, 100);
        foreach (var copy in copies)
        {
            await using var after = await StartAsync(directory: copy, time: new ManualTimeProvider(Start.AddSeconds(180)));
            await Eventually.TrueAsync(async () => (await after.HistoryAsync(trigger.Id)) is var history
                && history.Sum(firing => firing.Slots) == 3 && history.All(firing => firing.Outcome == FiringOutcome.Skipped || firing.RunEndedAt is not null));
            var settled = await after.HistoryAsync(trigger.Id);
            Assert.Equal([Start.AddSeconds(60), Start.AddSeconds(120), Start.AddSeconds(180)], settled.Select(firing => firing.DueAt).Order());
            Assert.All(settled, firing => Assert.True(firing.Outcome == FiringOutcome.Started || firing.Reason is not null));
            var runs = await after.Engine.Reader.ListRunsAsync(trigger.TaskId, 0, 50);
            Assert.Equal(settled.Count(firing => firing.Outcome == FiringOutcome.Started), runs.Count(run => run.Cause == RunCause.Trigger));
            var said = (await after.Engine.Reader.ListMessagesAsync(trigger.TaskId, 0, 100)).Count(entry => entry.Role == Core.Chats.EntryRole.User);
            Assert.Equal(settled.Count(firing => firing.Outcome == FiringOutcome.Started), said);
            Directory.Delete(copy, recursive: true);
        }
    }

    [Theory]
    [InlineData(CatchUp.None, 0)]
    [InlineData(CatchUp.Last, 1)]
    [InlineData(CatchUp.All, 10)]
    public async Task DowntimeOfThreeDays_IsCaughtUpOnAsThePolicySays(CatchUp policy, int runs)
    {
        string folder;
        Trigger trigger;
        await using (var first = await StartAsync())
        {
            trigger = await first.AloneAsync(Cron("0 * * * *") with { CatchUp = policy });
            folder = first.Engine.CopyAsLeftByAKill();
        }

        var back = Start.AddDays(3).AddMinutes(30);
        await using (var second = await StartAsync(directory: folder, time: new ManualTimeProvider(back)))
        {
            var history = await second.WaitForAsync(trigger.Id, history => history.Count(firing => firing.RunOutcome == RunOutcome.Completed) == runs && history.Sum(firing => firing.Slots) == 72);

            Assert.DoesNotContain(history, firing => firing.Outcome == FiringOutcome.Queued);
            Assert.Equal(72 - runs, history.Where(firing => firing.Outcome == FiringOutcome.Skipped).Sum(firing => firing.Slots));
            Assert.Equal(Start.AddDays(3).AddHours(1), second.Triggers.Find(trigger.Id)!.NextAt);
            await second.RunNextAsync(trigger.Id);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AllThatAreToBeCaughtUpOn_Run_HoweverMany_AlsoWhenTheTimeIsOver(bool ends)
    {
        string folder;
        Trigger trigger;
        await using (var first = await StartAsync())
        {
            trigger = await first.AloneAsync(Cron("0 * * * *") with { CatchUp = CatchUp.All, CatchUpLimit = 20, Until = ends ? Start.AddDays(2) : null });
            folder = first.Engine.CopyAsLeftByAKill();
        }

        await using (var second = await StartAsync(directory: folder, time: new ManualTimeProvider(Start.AddDays(3).AddMinutes(30))))
        {
            var history = await second.WaitForAsync(trigger.Id, history => history.Count > 0 && history.All(firing => firing.Outcome == FiringOutcome.Skipped || firing.RunEndedAt is not null));

            Assert.Equal(20, history.Count(firing => firing.RunOutcome == RunOutcome.Completed));
            Assert.Equal(ends ? 48 : 72, history.Sum(firing => firing.Slots));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task OneThatWasToGoAfterItsRun_DoesNotFireAgain_WhenTheProcessDiedAtThatRunsEnd()
    {
        var copies = new ConcurrentQueue<string>();
        var time = new ManualTimeProvider(Start);
        Trigger trigger;
        await using (var engine = new TriggerEngine(await Engine.StartWithAsync(services => services.AddSingleton<ICommitListener>(new KilledAtEachCommit(copies)), Echo, null, time), time))
        {
            trigger = await engine.AloneAsync(Every(60) with { DeleteAfterRun = true });
            KilledAtEachCommit.Of(engine.Engine).Copy = engine.Engine.CopyAsLeftByAKill;
            engine.Time.Advance(TimeSpan.FromSeconds(60));
            await Eventually.TrueAsync(() => engine.Triggers.Find(trigger.Id) is null);
        }

        // The last commit of the task is its end.
        var folder = copies.Last();
        await using (var after = await StartAsync(directory: folder, time: new ManualTimeProvider(Start.AddSeconds(125))))
        {
            Assert.Null(after.Triggers.Find(trigger.Id));
            Assert.Single(await after.Engine.Reader.ListRunsAsync(trigger.TaskId, 0, 10));
        }

        foreach (var copy in copies) Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task WhatWaited_RunsAfterTheRestart_BehindTheRunThatGoesOn()
    {
        var gate = new TaskCompletionSource();
        string folder;
        Trigger trigger;
        await using (var first = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done."))))
        {
            trigger = await first.AloneAsync(Every(60) with { Overlap = Overlap.Queue });
            for (var slot = 1; slot <= 2; slot++)
            {
                first.Time.Advance(TimeSpan.FromSeconds(60));
                await first.WaitForAsync(trigger.Id, history => history.Count == slot);
            }

            await first.Engine.WaitForAsync(trigger.TaskId, AgentTaskStatus.Running);
            folder = first.Engine.CopyAsLeftByAKill();
            gate.SetResult();
        }

        await using (var second = await StartAsync(directory: folder, time: new ManualTimeProvider(Start.AddSeconds(125))))
        {
            var history = await second.WaitForAsync(trigger.Id, history => history.Count == 2 && history.All(firing => firing.RunOutcome == RunOutcome.Completed));

            var runs = await second.Engine.Reader.ListRunsAsync(trigger.TaskId, 0, 10);
            Assert.Equal([RunCause.Trigger, RunCause.Recovery, RunCause.Trigger], runs.Select(run => run.Cause));
            Assert.Equal([runs[1].RunId, runs[2].RunId], history.Select(firing => firing.RunId!));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunThatWasToBeCancelled_IsCancelledAfterTheRestart_UnlessItBeganBehindTheFiring(bool beganBehind)
    {
        var gate = new TaskCompletionSource();
        string folder;
        Trigger trigger;
        await using (var first = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done."))))
        {
            trigger = await first.AloneAsync(Every(60) with { Overlap = Overlap.Queue });
            for (var slot = 1; slot <= 2; slot++)
            {
                first.Time.Advance(TimeSpan.FromSeconds(60));
                await first.WaitForAsync(trigger.Id, history => history.Count == slot);
            }

            await first.Engine.WaitForAsync(trigger.TaskId, AgentTaskStatus.Running);

            // As it stands between the commit of a firing and the cancel of what runs: the second one is of a trigger that does that.
            await first.Engine.Store.Writer.EnqueueAsync(batch =>
            {
                using var cancels = new Statement(batch.Database, "UPDATE triggers SET definition = json_set(definition, '$.overlap', 'cancel_previous') WHERE id = ?");
                cancels.Execute(trigger.Id);
                using var moment = new Statement(batch.Database, "UPDATE trigger_firings SET at = ? WHERE trigger_id = ? AND outcome = 1");
                return moment.Execute(StoreTime.ToStore(Start.AddSeconds(beganBehind ? 30 : 120)), trigger.Id);
            });
            folder = first.Engine.CopyAsLeftByAKill();
            gate.SetResult();
        }

        // The run that goes on does not end by itself; the one behind it has two messages to read.
        var end = new TaskCompletionSource();
        await using (var second = await StartAsync(
            model => model.Always((messages, observer, token) => (messages.Count(message => message.Role == Microsoft.Extensions.AI.ChatRole.User) > 1 ? Says("Done.") : SaysAfter(end.Task, "Ended."))(messages, observer, token)),
            folder, new ManualTimeProvider(Start.AddSeconds(125))))
        {
            if (beganBehind)
            {
                await second.Engine.WaitForAsync(trigger.TaskId, AgentTaskStatus.Running);
                end.SetResult();
            }

            var history = await second.WaitForAsync(trigger.Id, history => history.Count == 2 && history[1].RunOutcome == RunOutcome.Completed);
            Assert.Equal(beganBehind, history[0].RunOutcome == RunOutcome.Completed);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Keeps the store as it is at every commit: what a kill in that moment leaves.</summary>
    private sealed class KilledAtEachCommit(ConcurrentQueue<string> copies) : ICommitListener
    {
        public Func<string>? Copy { get; set; }

        public static KilledAtEachCommit Of(Engine engine) => engine.Services.GetServices<ICommitListener>().OfType<KilledAtEachCommit>().Single();

        public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
        {
            if (Copy is { } copy) copies.Enqueue(copy());
        }
    }
}
