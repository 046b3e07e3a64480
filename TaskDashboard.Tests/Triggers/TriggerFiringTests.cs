using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.AgentScript;
using static TaskDashboard.Tests.Triggers.TriggerEngine;

namespace TaskDashboard.Tests.Triggers;

/// <summary>Triggers on a clock of the test's own, with a model that echoes what it was sent.</summary>
public sealed class TriggerFiringTests
{
    [Fact]
    public async Task TwoTasksByCron_NeverShareTheirHistory()
    {
        await using var engine = await StartAsync();
        var one = await engine.AloneAsync(Cron("* * * * *", "Alpha"));
        var other = await engine.AloneAsync(Cron("* * * * *", "Beta"));

        for (var minute = 0; minute < 3; minute++)
        {
            await engine.RunNextAsync(one.Id);
            await engine.WaitForAsync(other.Id, history => history.Count == minute + 1 && history[^1].RunEndedAt is not null);
        }

        Assert.Equal("Alpha | Alpha | Alpha", engine.LastHeard("Alpha"));
        Assert.Equal("Beta | Beta | Beta", engine.LastHeard("Beta"));
        var (first, second) = ((await engine.Engine.Reader.FindAsync(one.TaskId))!, (await engine.Engine.Reader.FindAsync(other.TaskId))!);
        Assert.NotEqual(first.ChatId, second.ChatId);
        Assert.NotEqual(first.SessionId, second.SessionId);
    }

    [Fact]
    public async Task OneTaskByCronAndWebhookAndRunNow_SharesOneConversation()
    {
        await using var engine = await StartAsync();
        var task = await engine.EndedTaskAsync();
        var cron = await engine.Triggers.CreateAsync(task.Id, Cron("* * * * *", "By the clock"));
        var webhook = await engine.Triggers.CreateAsync(task.Id, new TriggerDefinition { Name = "Hook", Kind = TriggerKind.Webhook, Message = "By a call", Overlap = Overlap.Queue });

        await engine.RunNextAsync(cron.Id);
        await engine.Webhooks.ReceiveAsync(webhook.Definition.Token!, new WebhookCall("{\"what\":\"push\"}"u8.ToArray(), "one", null));
        await engine.WaitForAsync(webhook.Id, history => history is [{ RunEndedAt: not null }]);
        await engine.Triggers.RunNowAsync(cron.Id);
        await engine.WaitForAsync(cron.Id, history => history.Count == 2 && history[1].RunEndedAt is not null);

        var heard = engine.LastHeard("Begin");
        Assert.StartsWith("Begin | By the clock | By a call\n\nThis was delivered with the call.", heard, StringComparison.Ordinal);
        Assert.Contains("{\"what\":\"push\"}", heard, StringComparison.Ordinal);
        Assert.EndsWith(" | By the clock", heard, StringComparison.Ordinal);
        var runs = await engine.Engine.Reader.ListRunsAsync(task.Id, 0, 10);
        Assert.Equal([RunCause.Start, RunCause.Trigger, RunCause.Trigger, RunCause.Trigger], runs.Select(run => run.Cause));
        Assert.Single(runs.Select(run => run.TaskId).Distinct());
    }

    [Fact]
    public async Task NamedAgent_WorksForThatRunAlone_WithItsOwnModel()
    {
        await using var engine = await StartAsync();
        var agents = engine.Engine.Services.GetRequiredService<IAgentStore>();
        var other = (await agents.ListAsync()).First(agent => agent.Name == "Researcher") with { Instructions = "You are the other one.", Model = "scripted/other" };
        await agents.SaveAsync(other);
        var task = await engine.EndedTaskAsync();
        var named = await engine.Triggers.CreateAsync(task.Id, Cron("0 9 * * *") with { AgentId = other.Id });
        var plain = await engine.Triggers.CreateAsync(task.Id, Cron("0 10 * * *"));

        await engine.RunNextAsync(named.Id);
        Assert.StartsWith("You are the other one.", engine.Engine.Model.Calls.Last()[0].Text, StringComparison.Ordinal);
        Assert.Equal("scripted/other", (await engine.Engine.Reader.FindAsync(task.Id))!.Model);
        await engine.RunNextAsync(plain.Id);

        Assert.StartsWith("You are a careful assistant.", engine.Engine.Model.Calls.Last()[0].Text, StringComparison.Ordinal);
        var after = (await engine.Engine.Reader.FindAsync(task.Id))!;
        Assert.Equal((task.AgentId, task.Model), (after.AgentId, after.Model));
    }

    [Fact]
    public async Task Heartbeats_SpeakOnceToEachTask_AndNeverForTwoBeatsAtOnce()
    {
        await using var engine = await StartAsync();
        var tasks = new[] { await engine.EndedTaskAsync("Begin one"), await engine.EndedTaskAsync("Begin two") };
        var beats = new List<Trigger>();
        foreach (var task in tasks) beats.Add(await engine.Triggers.CreateAsync(task.Id, Every(60, "Still well?") with { Kind = TriggerKind.Heartbeat }));

        engine.Time.Advance(TimeSpan.FromSeconds(60));
        foreach (var beat in beats) await engine.WaitForAsync(beat.Id, history => history is [{ RunEndedAt: not null }]);

        Assert.Equal("Begin one | Still well?", engine.LastHeard("Begin one"));
        Assert.Equal("Begin two | Still well?", engine.LastHeard("Begin two"));
    }

    [Fact]
    public async Task ThreeFailuresInARow_HoldIt_UntilSomebodyResetsIt()
    {
        var fails = true;
        await using var engine = await StartAsync(model => model.Always((messages, observer, token) =>
            fails ? Fails("No.")(messages, observer, token) : ScriptedModelProvider.Say("Fine.")));
        var trigger = await engine.AloneAsync(Every(60));

        for (var round = 0; round < 3; round++) await engine.RunNextAsync(trigger.Id);
        var held = await engine.WaitForStateAsync(trigger.Id, TriggerState.Broken);
        Assert.Null(held.NextAt);
        Assert.Contains("3 runs failed", held.StateText, StringComparison.Ordinal);
        engine.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(3, (await engine.HistoryAsync(trigger.Id)).Count);
        await Assert.ThrowsAsync<RefusedException>(() => engine.Triggers.ResumeAsync(trigger.Id));

        fails = false;
        await engine.Triggers.ResetAsync(trigger.Id);
        Assert.Equal(RunOutcome.Completed, (await engine.RunNextAsync(trigger.Id))[^1].RunOutcome);
        fails = true;
        for (var round = 0; round < 2; round++) await engine.RunNextAsync(trigger.Id);
        Assert.Equal(TriggerState.Active, engine.Triggers.Find(trigger.Id)!.State);
    }

    [Fact]
    public async Task Pause_HoldsIt_AndWhatWasDueMeanwhileIsNotCaughtUpOn()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Every(60) with { CatchUp = CatchUp.All });
        await engine.RunNextAsync(trigger.Id);

        await engine.Triggers.PauseAsync(trigger.Id);
        engine.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Single(await engine.HistoryAsync(trigger.Id));
        await engine.Triggers.RunNowAsync(trigger.Id);
        await engine.WaitForAsync(trigger.Id, history => history.Count == 2 && history[1].RunEndedAt is not null);
        await engine.Triggers.ResumeAsync(trigger.Id);
        await engine.RunNextAsync(trigger.Id);

        Assert.Equal([FiringSource.Schedule, FiringSource.RunNow, FiringSource.Schedule], (await engine.HistoryAsync(trigger.Id)).Select(firing => firing.Source));
    }

    [Fact]
    public async Task SkipNext_LeavesOneOut_AndSaysSo()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Cron("0 9 * * *"));

        var skipped = await engine.Triggers.SkipNextAsync(trigger.Id);
        Assert.Equal(Start.Date.AddDays(1).AddHours(9), skipped.NextAt!.Value.UtcDateTime);
        var history = await engine.RunNextAsync(trigger.Id);

        Assert.Equal([(FiringOutcome.Skipped, FiringReasons.SkippedByPerson), (FiringOutcome.Started, null)], history.Select(firing => (firing.Outcome, firing.Reason)));
    }

    [Fact]
    public async Task Limits_EndIt()
    {
        await using var engine = await StartAsync();
        var twice = await engine.AloneAsync(Every(60) with { MaxFirings = 2 });
        var until = await engine.AloneAsync(Every(60) with { Until = Start.AddSeconds(90) });
        var once = await engine.AloneAsync(Every(60) with { DeleteAfterRun = true });

        engine.Time.Advance(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => engine.Triggers.Find(once.Id) is null);
        Assert.NotNull(await engine.Engine.Reader.FindAsync(once.TaskId));
        await engine.WaitForAsync(twice.Id, history => history is [{ RunEndedAt: not null }]);
        await engine.RunNextAsync(twice.Id);

        Assert.Equal(TriggerState.Ended, (await engine.WaitForStateAsync(twice.Id, TriggerState.Ended)).State);
        Assert.Equal(TriggerState.Ended, (await engine.WaitForStateAsync(until.Id, TriggerState.Ended)).State);
        Assert.Single(await engine.HistoryAsync(until.Id));
        Assert.Equal("trigger_ended", (await Assert.ThrowsAsync<RefusedException>(() => engine.Triggers.RunNowAsync(twice.Id))).Code);
        await engine.Triggers.ChangeAsync(twice.Id, definition => definition with { MaxFirings = null });
        await engine.RunNextAsync(twice.Id);
    }

    [Fact]
    public async Task TaskThatWasDeleted_EndsItsTriggers_AndOneOfATriggersOwnIsMadeAgain()
    {
        await using var engine = await StartAsync();
        var task = await engine.EndedTaskAsync();
        var bound = await engine.Triggers.CreateAsync(task.Id, Every(60));
        var alone = await engine.AloneAsync(Every(60, "Own"));
        await engine.RunNextAsync(alone.Id);
        await engine.WaitForAsync(bound.Id, history => history is [{ RunEndedAt: not null }]);

        await engine.Engine.Tasks.DeleteAsync(task.Id, "you");
        await engine.Engine.Tasks.DeleteAsync(alone.TaskId, "you");
        engine.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal("Its task was deleted.", (await engine.WaitForStateAsync(bound.Id, TriggerState.Ended)).StateText);
        await engine.WaitForAsync(alone.Id, history => history.Count == 2 && history[1].RunEndedAt is not null);
        var fresh = engine.Triggers.Find(alone.Id)!.TaskId;
        Assert.NotEqual(alone.TaskId, fresh);
        await engine.Engine.WaitForAsync(fresh, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task AgentThatIsGone_IsSaid_AndCountsAsAFailure()
    {
        await using var engine = await StartAsync();
        var trigger = await engine.AloneAsync(Every(60));
        await engine.Engine.Services.GetRequiredService<IAgentStore>().DeleteAsync(engine.Engine.AgentId);

        for (var round = 1; round <= 3; round++)
        {
            engine.Time.Advance(TimeSpan.FromSeconds(60));
            await engine.WaitForAsync(trigger.Id, history => history.Count == round);
        }

        Assert.All(await engine.HistoryAsync(trigger.Id), firing => Assert.Equal((FiringOutcome.Skipped, FiringReasons.AgentGone), (firing.Outcome, firing.Reason)));
        await engine.WaitForStateAsync(trigger.Id, TriggerState.Broken);
    }
}
