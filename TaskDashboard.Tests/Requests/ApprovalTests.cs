using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Requests;

/// <summary>A call that needs approval waits for it, is made as it was allowed, once, and not at all when it was denied.</summary>
public sealed class ApprovalTests
{
    private static AgentScript Acts(string what = "sweep") => new AgentScript().For("Work", Calls(Call("act", ("what", what))), Says("Done."));

    [Fact]
    public async Task Call_ThatNeedsApproval_WaitsWithoutHavingHadAnEffect_AndIsMadeOnceAllowed()
    {
        await using var asking = await AskingEngine.StartAsync(Acts());
        var task = await asking.Engine.CreateAsync("Work");

        var request = Assert.Single(await asking.OpenAsync(task.Id));
        var waiting = await asking.Engine.Reader.FindAsync(task.Id);
        Assert.Equal((ReasonCodes.Approval, "It needs your approval: Act: sweep"), (waiting!.Reason, waiting.ReasonText));
        Assert.Equal(("act", "sweep", RequestKind.Approval), (request.Tool, request.Subject, request.Kind));
        Assert.Equal(RequestAnswers.ForApproval, request.Options);
        Assert.Empty(asking.Effects);

        var answered = await asking.AnswerAsync(request, "allow");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal("allow", answered.Request.Answer);
        Assert.Equal(["sweep"], asking.Effects);
        Assert.Equal("Did sweep.", Assert.Single(await asking.ResultsAsync(task.Id)).Content);
        Assert.Equal(1, asking.Engine.Reader.Counts.ByStatus[AgentTaskStatus.Completed]);
        Assert.Equal(0, asking.Engine.Reader.Counts.NeedsYou);
    }

    [Fact]
    public async Task Request_IsARowAndAnEventBeforeTheTaskWaits()
    {
        await using var asking = await AskingEngine.StartAsync(Acts());
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));
        await asking.AnswerAsync(request, "allow");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var log = (await asking.Engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(told => told.Data switch
        {
            StatusData status => $"{status.Status}/{status.Reason}",
            var other => other.Type,
        }).ToList();
        Assert.Equal(
            ["tool_use", "request", "Waiting/approval", "request_resolved", "Running/tool", "Running/tool", "tool_result", "Running/model"],
            log.SkipWhile(told => told != "tool_use").TakeWhile(told => told is not "message").Where(told => told != "usage"));
    }

    [Fact]
    public async Task Denied_IsNeverMade_AndTheModelReadsTheNote()
    {
        await using var asking = await AskingEngine.StartAsync(Acts());
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        await asking.AnswerAsync(request, "deny", answer => answer with { Note = "Use the broom in the cellar." });
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(asking.Effects);
        var read = asking.Engine.Model.Calls.Last().SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionResultContent>().Single();
        Assert.Equal("Error: Denied by you, who says: Use the broom in the cellar.", read.Result);
    }

    [Fact]
    public async Task Arguments_ThatThePersonChanged_AreThoseOfTheCall_AndTheModelIsTold()
    {
        await using var asking = await AskingEngine.StartAsync(Acts("rm -rf ."));
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        await asking.AnswerAsync(request, "allow", answer => answer with { Arguments = JsonSerializer.Deserialize<JsonElement>("""{"what":"ls"}""") });
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["ls"], asking.Effects);
        Assert.Equal("[you changed the arguments to {\"what\":\"ls\"}.]\nDid ls.", Assert.Single(await asking.ResultsAsync(task.Id)).Content);
    }

    [Fact]
    public async Task Answer_ToAClosedRequest_IsRefusedWithWhatItWasAnswered()
    {
        await using var asking = await AskingEngine.StartAsync(Acts());
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));
        await asking.AnswerAsync(request, "allow");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => asking.AnswerAsync(request, "deny"));

        Assert.Equal((RefusalKind.Conflict, "request_closed"), (refused.Kind, refused.Code));
        Assert.Equal("The request was answered already, by you: allow.", refused.Message);
    }

    [Fact]
    public async Task CallsOfOneStep_AreAskedTogether_AndThoseThatNeedNoApprovalDoNotWait()
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For(
            "Work", Calls(Call("act", ("what", "one")), Call("calculate", ("expression", "6*7")), Call("act", ("what", "two"))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");

        var open = await asking.OpenAsync(task.Id, 2);
        await asking.Engine.WaitForAsync(task.Id, row => row.ReasonText == "It waits for 2 answers: Act: one · Act: two");
        Assert.Contains("42", Assert.Single(await asking.ResultsAsync(task.Id)).Content, StringComparison.Ordinal);

        await asking.AnswerAsync(open[1], "allow");
        Assert.Equal(open[0].RequestId, Assert.Single(await asking.OpenAsync(task.Id)).RequestId);
        Assert.Equal(["two"], asking.Effects);
        await asking.AnswerAsync(open[0], "deny");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["two"], asking.Effects);
        Assert.Equal(
            [StepOutcome.Success, StepOutcome.Success, StepOutcome.Error],
            (await asking.ResultsAsync(task.Id)).Select(result => result.Status));
    }

    [Fact]
    public async Task Cancel_WhileItWaits_ClosesTheRequest_AndTheCallIsNeverMade()
    {
        await using var asking = await AskingEngine.StartAsync(Acts());
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        await asking.Engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => asking.AnswerAsync(request, "allow"));
        Assert.StartsWith("The request is closed", refused.Message, StringComparison.Ordinal);
        Assert.Empty(asking.Effects);
        Assert.Empty(await asking.Requests.ListAsync(new RequestQuery()));
        Assert.Equal(StepOutcome.Cancelled, Assert.Single(await asking.ResultsAsync(task.Id)).Status);
    }

    [Fact]
    public async Task Interrupt_WhileItWaits_ClosesTheRequest_AndTheMessageIsRead()
    {
        await using var asking = await AskingEngine.StartAsync(Acts());
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        await asking.Engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Leave it.", MessageMode.Interrupt));
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(asking.Effects);
        Assert.False((await asking.Requests.FindAsync(request.RequestId))!.IsOpen);
        Assert.Contains(asking.Engine.Model.Calls.Last(), message => message.Text == "Leave it.");
    }

    [Fact]
    public async Task Slot_IsFreeWhileItWaits_AndTheTimeThatAPersonTakesDoesNotCount()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingEngine.StartAsync(Acts().For("Other", Says("Done.")), time: clock, slots: 1);
        var task = await asking.Engine.CreateAsync("Work", with => with with { TimeoutS = 60 });
        var request = Assert.Single(await asking.OpenAsync(task.Id));
        var other = await asking.Engine.CreateAsync("Other");
        await asking.Engine.WaitForAsync(other.Id, AgentTaskStatus.Completed);

        clock.Advance(TimeSpan.FromHours(5));
        await asking.AnswerAsync(request, "allow");
        var ended = await asking.Engine.WaitForAsync(task.Id, row => row.Status.IsTerminal());

        Assert.Equal(AgentTaskStatus.Completed, ended.Status);
    }

    [Fact]
    public async Task Expiry_AnswersByTheDefault()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingEngine.StartAsync(Acts(), new ApprovalPolicy { ExpiresAfterS = 600 }, clock);
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));
        Assert.Equal(clock.GetUtcNow().AddSeconds(600), request.ExpiresAt!.Value, TimeSpan.FromSeconds(1));

        clock.Advance(TimeSpan.FromSeconds(599));
        Assert.True((await asking.Requests.FindAsync(request.RequestId))!.IsOpen);
        clock.Advance(TimeSpan.FromSeconds(2));
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(asking.Effects);
        var closed = (await asking.Requests.FindAsync(request.RequestId))!;
        Assert.Equal(("deny", "expiry"), (closed.Answer, closed.By));
    }

    [Fact]
    public async Task TimeThatAPersonTakes_DoesNotCount_AlsoBehindTheEndOfAnotherCall()
    {
        var clock = new ManualTimeProvider();
        await using var asking = await AskingEngine.StartAsync(
            new AgentScript().For("Work", Calls(Call("act", ("what", "one")), Call("act", ("what", "two"))), Says("Done.")), time: clock);
        var task = await asking.Engine.CreateAsync("Work", with => with with { TimeoutS = 60 });
        var open = await asking.OpenAsync(task.Id, 2);
        await asking.AnswerAsync(open[1], "deny");
        await Eventually.TrueAsync(async () => (await asking.ResultsAsync(task.Id)).Count == 1);

        clock.Advance(TimeSpan.FromHours(5));
        await asking.AnswerAsync(open[0], "allow");
        var ended = await asking.Engine.WaitForAsync(task.Id, row => row.Status.IsTerminal());

        Assert.Equal((AgentTaskStatus.Completed, null), (ended.Status, ended.Reason));
        Assert.Equal(["one"], asking.Effects);
    }

    [Fact]
    public async Task Allowed_WhileTheServerBeginsToStop_IsMadeOnce_AndNotAskedForAgain()
    {
        AskingEngine? current = null;
        var stops = new CommitHook(events =>
        {
            // The call is in the ledger, and has not been made.
            if (events.Any(told => told.Data is StatusData { ReasonText: "Act: sweep." })) current!.Engine.Services.GetRequiredService<LiveRunTable>().All.Single().RequestLeave();
        });
        await using var asking = await AskingEngine.StartAsync(Acts(), listener: stops);
        current = asking;
        var task = await asking.Engine.CreateAsync("Work");
        await asking.AnswerAsync(Assert.Single(await asking.OpenAsync(task.Id)), "allow");
        await Eventually.TrueAsync(() => asking.Engine.Services.GetRequiredService<LiveRunTable>().All.Count == 0);
        await asking.Engine.StopAsync();

        await using var next = await AskingEngine.StartAsync(Acts(), directory: asking.Engine.DataDirectory);
        await next.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["sweep"], asking.Effects.Concat(next.Effects));
        Assert.Equal(StepOutcome.Success, Assert.Single(await next.ResultsAsync(task.Id)).Status);
    }

    [Fact]
    public async Task Rule_IsKept_AlsoWhenWhoeverAnsweredIsGoneBehindTheAnswer()
    {
        using var gone = new CancellationTokenSource();
        await using var asking = await AskingEngine.StartAsync(Acts(), listener: new CommitHook(events =>
        {
            if (events.Any(told => told.Data is RequestResolvedData)) gone.Cancel();
        }));
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        await asking.Requests.AnswerAsync(request.RequestId, new RequestAnswer("allow") { Scope = ApprovalScope.Agent }, "you", gone.Token);

        Assert.Equal("sweep", Assert.Single(asking.Rules.List()).Pattern);
    }

    [Fact]
    public async Task TimeInTheQueueBehindAnAnswer_DoesNotCount()
    {
        var clock = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        await using var asking = await AskingEngine.StartAsync(Acts().For("Hold", SaysAfter(gate.Task, "Held.")), time: clock, slots: 1);
        var task = await asking.Engine.CreateAsync("Work", with => with with { TimeoutS = 60 });
        var request = Assert.Single(await asking.OpenAsync(task.Id));
        var holding = await asking.Engine.CreateAsync("Hold");
        await asking.Engine.WaitForAsync(holding.Id, AgentTaskStatus.Running);
        await asking.AnswerAsync(request, "allow");
        await Eventually.TrueAsync(() => asking.Engine.Services.GetRequiredService<RunSlots>().QueueLength == 1);

        clock.Advance(TimeSpan.FromMinutes(2));
        gate.SetResult();
        var ended = await asking.Engine.WaitForAsync(task.Id, row => row.Status.IsTerminal());

        Assert.Equal(AgentTaskStatus.Completed, ended.Status);
        Assert.Equal(["sweep"], asking.Effects);
    }
}
