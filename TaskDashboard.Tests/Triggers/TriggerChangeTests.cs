using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.AgentScript;
using static TaskDashboard.Tests.Triggers.TriggerEngine;

namespace TaskDashboard.Tests.Triggers;

/// <summary>Triggers that are held, changed and come to their end while something of them is due or waits.</summary>
public sealed class TriggerChangeTests
{
    private static readonly TriggerDefinition Hook = new() { Name = "Hook", Kind = TriggerKind.Webhook, Message = "By a call", Overlap = Overlap.Queue };

    [Fact]
    public async Task FiringThatWasLeftOut_DoesNotComeBack_WhenItIsPausedAndResumed()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Cron("0 9 * * *"));
        var tomorrow = new DateTimeOffset(Start.Date.AddDays(1).AddHours(9), TimeSpan.Zero);
        await engine.Triggers.SkipNextAsync(trigger.Id);

        await engine.Triggers.PauseAsync(trigger.Id);
        Assert.Equal(tomorrow, (await engine.Triggers.ResumeAsync(trigger.Id)).NextAt);
        Assert.Equal(tomorrow.AddDays(1), (await engine.Triggers.SkipNextAsync(trigger.Id)).NextAt);
        var history = await engine.RunNextAsync(trigger.Id);

        Assert.Equal([FiringReasons.SkippedByPerson, FiringReasons.SkippedByPerson, null], history.Select(firing => firing.Reason));
    }

    [Fact]
    public async Task SlotThatWasDecidedBefore_DoesNotHoldUpTheOnesBehindIt()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Cron("0 9 * * *"));
        await engine.Triggers.SkipNextAsync(trigger.Id);
        await engine.Engine.Services.GetRequiredService<TriggerStore>().ChangeAsync(trigger.Id, (_, one) => one with { Cursor = Start, NextAt = trigger.NextAt });

        engine.Time.Advance(trigger.NextAt!.Value - Start);

        await Eventually.TrueAsync(() => engine.Triggers.Find(trigger.Id)!.NextAt == trigger.NextAt.Value.AddDays(1));
        await engine.RunNextAsync(trigger.Id);
    }

    [Fact]
    public async Task WebhookThatIsRenamed_KeepsTheDeliveriesThatWait()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Hook);
        foreach (var delivery in new[] { "one", "two" }) await engine.Webhooks.ReceiveAsync(trigger.Definition.Token!, new WebhookCall("{}"u8.ToArray(), delivery, null));

        await engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { Name = "Another" });
        gate.SetResult();

        await engine.WaitForAsync(trigger.Id, history => history.Count == 2 && history.All(firing => firing.RunOutcome == RunOutcome.Completed));
    }

    [Fact]
    public async Task WebhookWithAnEnd_TakesNothingBehindIt()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Hook with { Until = Start.AddMinutes(1) });
        await engine.Webhooks.ReceiveAsync(trigger.Definition.Token!, new WebhookCall("{}"u8.ToArray(), "one", null));

        engine.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("Its time was over", (await engine.WaitForStateAsync(trigger.Id, TriggerState.Ended)).StateText, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.Webhooks.ReceiveAsync(trigger.Definition.Token!, new WebhookCall("{}"u8.ToArray(), "two", null)));
        Assert.Equal("trigger_ended", refusal.Code);
        Assert.Single(await engine.HistoryAsync(trigger.Id));
    }

    [Fact]
    public async Task LimitThatIsReachedAlready_EndsItAtOnce()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Every(60));
        for (var round = 0; round < 2; round++) await engine.RunNextAsync(trigger.Id);

        var changed = await engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { MaxFirings = 2 });

        Assert.Equal((TriggerState.Ended, null), (changed.State, changed.NextAt));
    }

    [Fact]
    public async Task OneThatWouldEndBeforeItFires_IsRefused()
    {
        await using var engine = await StartAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.AloneAsync(Cron("0 9 1 1 *") with { Until = Start.AddDays(7) }));

        Assert.Contains("until", refusal.Errors.Keys);
    }

    [Fact]
    public async Task OneWhoseTimeWasOverWhileItWasPaused_HasEnded_WhenItIsResumed()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Every(60) with { Until = Start.AddMinutes(5) });
        await engine.Triggers.PauseAsync(trigger.Id);
        engine.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(TriggerState.Ended, (await engine.Triggers.ResumeAsync(trigger.Id)).State);
    }

    [Fact]
    public async Task WhatWasDueBeforeTheEnd_RunsBehindTheRunBefore_AlsoWhenTheTimeIsOverByThen()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.Queue, Until = Start.AddSeconds(120) });
        for (var slot = 1; slot <= 2; slot++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(60));
            await engine.WaitForAsync(trigger.Id, history => history.Count == slot);
        }

        await engine.WaitForStateAsync(trigger.Id, TriggerState.Ended);
        gate.SetResult();

        await engine.WaitForAsync(trigger.Id, history => history.All(firing => firing.RunOutcome == RunOutcome.Completed));
    }

    [Fact]
    public async Task RunNow_OfOneThatIsPaused_RunsBehindTheRunBefore_AsItWasAnswered()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Always(SaysAfter(gate.Task, "Done.")));
        var trigger = await engine.AloneAsync(Every(3600) with { Overlap = Overlap.Queue });
        await engine.Triggers.PauseAsync(trigger.Id);
        await engine.Triggers.RunNowAsync(trigger.Id);
        Assert.Equal(FiringOutcome.Queued, (await engine.Triggers.RunNowAsync(trigger.Id)).Outcome);

        gate.SetResult();

        await engine.WaitForAsync(trigger.Id, history => history.Count == 2 && history.All(firing => firing.RunOutcome == RunOutcome.Completed));
    }

    [Fact]
    public async Task WhatWaitsForATaskThatIsDeleted_IsSkipped_AndTakesNobodysPlace()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.Queue });
        await engine.RunNextAsync(trigger.Id);

        // The task has ended, nobody has looked at what waits for it yet, and it is deleted in this moment.
        await engine.Engine.Store.Writer.EnqueueAsync(batch =>
        {
            TriggerTable.InsertFiring(batch, new TriggerFiring { TriggerId = trigger.Id, Slot = "waits", Outcome = FiringOutcome.Queued, Reason = FiringReasons.Overlap, TaskId = trigger.TaskId, DueAt = Start, ThroughAt = Start, Message = "Tick" });
            new DeleteTaskOperation(trigger.TaskId).Apply(batch);
            return true;
        }, WritePatience.WhileSomebodyWaits);

        var history = await engine.WaitForAsync(trigger.Id, history => history[1].Outcome == FiringOutcome.Skipped);
        Assert.Equal(FiringReasons.TaskGone, history[1].Reason);
    }

    [Fact]
    public async Task OneWhoseAgentIsGone_CanBeChanged_AndGivenAnother()
    {
        await using var engine = await StartAsync();
        var agents = engine.Engine.Services.GetRequiredService<IAgentStore>();
        var other = (await agents.ListAsync()).First(agent => agent.Name == "Researcher");
        var trigger = await engine.AloneAsync(Every(60));
        await engine.RunNextAsync(trigger.Id);
        await agents.DeleteAsync(engine.Engine.AgentId);

        Assert.Equal("Renamed", (await engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { Name = "Renamed" })).Definition.Name);
        await engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { AgentId = other.Id });
        await engine.RunNextAsync(trigger.Id);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { AgentId = "agent_none" }));
        Assert.Contains("agent_id", refusal.Errors.Keys);
    }

    [Fact]
    public async Task FiringsThatWereCancelledBeforeTheyBegan_AreNotCountedAsTheRunThatFailed()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await WithOneSlotAsync(gate.Task);
        var trigger = await engine.AloneAsync(Every(60) with { Overlap = Overlap.CancelPrevious });
        for (var slot = 1; slot <= 4; slot++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(60));
            await engine.WaitForAsync(trigger.Id, history => history.Count == slot && history[^1].Outcome == FiringOutcome.Started);
        }

        gate.SetResult();
        var history = await engine.WaitForAsync(trigger.Id, history => history[^1].RunOutcome == RunOutcome.Failed);
        Assert.Equal([FiringReasons.Superseded, FiringReasons.Superseded, FiringReasons.Superseded, null], history.Select(firing => firing.Reason));

        await engine.RunNextAsync(trigger.Id);
        Assert.Equal(TriggerState.Active, engine.Triggers.Find(trigger.Id)!.State);
    }

    [Fact]
    public async Task FiringThatWasCancelledBeforeItBegan_IsNotTakenForTheRunOfAPersonsMessage()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await WithOneSlotAsync(gate.Task);
        var trigger = await engine.AloneAsync(Every(3600));
        engine.Time.Advance(TimeSpan.FromSeconds(3600));
        await engine.WaitForAsync(trigger.Id, history => history.Count == 1);
        await engine.Engine.Tasks.CancelAsync(trigger.TaskId, CancelScope.Task, "you");

        gate.SetResult();
        await engine.Engine.Tasks.SendMessageAsync(trigger.TaskId, new SendMessage("Go on"));
        await engine.Engine.WaitForAsync(trigger.TaskId, AgentTaskStatus.Failed);

        Assert.Null(Assert.Single(await engine.HistoryAsync(trigger.Id)).RunId);
    }

    /// <summary>One slot, which a task holds until the gate opens; everything else fails.</summary>
    private static async Task<TriggerEngine> WithOneSlotAsync(Task gate)
    {
        var time = new ManualTimeProvider(Start);
        var engine = await Fixtures.Engine.StartAsync(
            model => model.Always((messages, observer, token) => (messages.Any(message => message.Text == "Hold") ? SaysAfter(gate, "Done.") : Fails("No."))(messages, observer, token)),
            null, time, ("Limits:MaxConcurrentRuns", "1"));
        var holds = await engine.CreateAsync("Hold");
        await engine.WaitForAsync(holds.Id, AgentTaskStatus.Running);
        return new TriggerEngine(engine, time);
    }
}
