using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Requests;

/// <summary>Requests outlive the process: what was asked can be answered after it, and reaches the call that asked, once.</summary>
public sealed class RestartedRequestTests
{
    private static AgentScript Acts => new AgentScript().For("Work", Calls(Call("act", ("what", "sweep"))), Says("Done."));

    private static AgentScript AsksTwice => new AgentScript().For(
        "Work", Calls(Call("ask_user", ("question", "Which colour?")), Call("ask_user", ("question", "Which size?"))), Says("Done."));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Approval_ThatIsAnsweredAfterARestart_LetsTheCallGo_Once(bool killed)
    {
        await using var first = await AskingEngine.StartAsync(Acts);
        var task = await first.Engine.CreateAsync("Work");
        var request = Assert.Single(await first.OpenAsync(task.Id));
        var folder = await LeaveAsync(first, killed);

        await using var second = await AskingEngine.StartAsync(Acts, directory: folder);
        var waiting = (await second.Engine.Reader.FindAsync(task.Id))!;
        Assert.Equal((AgentTaskStatus.Waiting, ReasonCodes.Approval), (waiting.Status, waiting.Reason));
        Assert.Equal(request.RequestId, Assert.Single(waiting.OpenRequests).RequestId);
        await second.AnswerAsync(request, "allow");
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(first.Effects);
        Assert.Equal(["sweep"], second.Effects);
        Assert.Equal(StepOutcome.Success, Assert.Single(await second.ResultsAsync(task.Id)).Status);
        await Assert.ThrowsAsync<RefusedException>(() => second.AnswerAsync(request, "allow"));
    }

    [Fact]
    public async Task Questions_AnsweredInSwappedOrderAfterARestart_ReachTheirOwnCalls()
    {
        await using var first = await AskingEngine.StartAsync(AsksTwice);
        var task = await first.Engine.CreateAsync("Work");
        var open = await first.OpenAsync(task.Id, 2);
        var folder = await LeaveAsync(first, killed: true);

        await using var second = await AskingEngine.StartAsync(AsksTwice, directory: folder);
        await second.AnswerAsync(open[1], "large");
        Assert.Equal(open[0].RequestId, Assert.Single(await second.OpenAsync(task.Id)).RequestId);
        await second.AnswerAsync(open[0], "red");
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var results = second.Engine.Model.Calls.Last().SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionResultContent>()
            .ToDictionary(result => result.CallId, result => result.Result);
        Assert.Equal("red", results[open[0].CallId!]);
        Assert.Equal("large", results[open[1].CallId!]);
    }

    [Fact]
    public async Task SiblingThatWasAtWork_BecomesUnknown_WhileTheApprovalGoesOnWaiting()
    {
        // The second call needs none and never ends: the process dies in it.
        var script = new AgentScript().For("Work", Calls(Call("act", ("what", "sweep")), Call("wait", ("seconds", 3_000))), Says("Done."));
        await using var first = await AskingEngine.StartAsync(script, tools: ["act", "wait"]);
        var task = await first.Engine.CreateAsync("Work");
        var request = (await first.Engine.WaitForAsync(task.Id, row => row.OpenRequests.Count == 1)).OpenRequests[0];
        var folder = first.Engine.CopyAsLeftByAKill();

        await using var second = await AskingEngine.StartAsync(script, directory: folder, tools: ["act", "wait"]);
        Assert.Equal(request.RequestId, Assert.Single(await second.OpenAsync(task.Id)).RequestId);
        await second.AnswerAsync(request, "allow");
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["sweep"], second.Effects);
        var outcomes = (await second.ResultsAsync(task.Id)).Select(result => result.Status).ToList();
        Assert.Equal([StepOutcome.Unknown, StepOutcome.Success], outcomes);
    }

    [Fact]
    public async Task Cancel_AfterARestart_ClosesTheRequest_AndTheCallHasAResult()
    {
        await using var first = await AskingEngine.StartAsync(Acts);
        var task = await first.Engine.CreateAsync("Work");
        var request = Assert.Single(await first.OpenAsync(task.Id));
        var folder = await LeaveAsync(first, killed: true);

        await using var second = await AskingEngine.StartAsync(Acts, directory: folder);
        await second.Engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");

        Assert.False((await second.Requests.FindAsync(request.RequestId))!.IsOpen);
        Assert.Equal(StepOutcome.Cancelled, Assert.Single(await second.ResultsAsync(task.Id)).Status);
        await second.Engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Go on."));
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Empty(second.Effects);
    }

    [Fact]
    public async Task Expiry_ThatPassedWhileNobodyRan_IsAnsweredAtTheStart()
    {
        var clock = new ManualTimeProvider();
        await using var first = await AskingEngine.StartAsync(Acts, new ApprovalPolicy { ExpiresAfterS = 60 }, clock);
        var task = await first.Engine.CreateAsync("Work");
        await first.OpenAsync(task.Id);
        var folder = await LeaveAsync(first, killed: true);
        clock.Advance(TimeSpan.FromHours(1));

        await using var second = await AskingEngine.StartAsync(Acts, time: clock, directory: folder);
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(second.Effects);
    }

    [Fact]
    public async Task Interrupt_AfterARestart_DropsTheCallAndReadsTheMessage()
    {
        await using var first = await AskingEngine.StartAsync(Acts);
        var task = await first.Engine.CreateAsync("Work");
        var request = Assert.Single(await first.OpenAsync(task.Id));
        var folder = await LeaveAsync(first, killed: true);

        await using var second = await AskingEngine.StartAsync(Acts, directory: folder);
        await second.Engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Leave it.", MessageMode.Interrupt));
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(second.Effects);
        Assert.False((await second.Requests.FindAsync(request.RequestId))!.IsOpen);
    }

    /// <summary>Ends the first process: by a kill, of which a copy of its files is what is left, or as a person stops it.</summary>
    private static async Task<string> LeaveAsync(AskingEngine engine, bool killed)
    {
        if (killed) return engine.Engine.CopyAsLeftByAKill();
        await engine.Engine.StopAsync();
        return engine.Engine.DataDirectory;
    }

    [Fact]
    public async Task CallThatWasAtWork_IsNotMadeAgain_WhereAnEarlierOneOfTheSameIdWasAnswered()
    {
        // Some models number the calls of each answer from the start.
        var script = new AgentScript().For(
            "Work",
            (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Call("call_0", "ask_user", ("question", "Which colour?"))]),
            (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Call("call_0", "wait", ("seconds", 3_000))]),
            Says("Done."));
        string[] tools = ["ask_user", "wait"];
        await using var first = await AskingEngine.StartAsync(script, tools: tools);
        var task = await first.Engine.CreateAsync("Work");
        await first.AnswerAsync(Assert.Single(await first.OpenAsync(task.Id)), "red");
        await first.Engine.WaitForAsync(task.Id, row => row is { Reason: ReasonCodes.Tool, OpenRequests.Count: 0 } && row.ReasonText!.StartsWith("Wait", StringComparison.Ordinal));
        var folder = first.Engine.CopyAsLeftByAKill();

        await using var second = await AskingEngine.StartAsync(script, directory: folder, tools: tools);
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal([StepOutcome.Success, StepOutcome.Unknown], (await second.ResultsAsync(task.Id)).Select(result => result.Status));
    }

    [Fact]
    public async Task CallsOfOneAnswerWithTheSameId_AreEachMadeAsTheyWereAnswered()
    {
        var script = new AgentScript().For(
            "Work", (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Call("same", "act", ("what", "one")), ScriptedModelProvider.Call("same", "act", ("what", "two"))]), Says("Done."));
        await using var first = await AskingEngine.StartAsync(script);
        var task = await first.Engine.CreateAsync("Work");
        var open = await first.OpenAsync(task.Id, 2);
        var folder = await LeaveAsync(first, killed: true);

        await using var second = await AskingEngine.StartAsync(script, directory: folder);
        await second.AnswerAsync(open[0], "deny");
        await second.AnswerAsync(open[1], "allow");
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["two"], second.Effects);
    }

    [Fact]
    public async Task Cancel_BetweenTwoRuns_ClosesWhatIsOpen_AndWhatWasAllowedIsNeverMade()
    {
        await using var first = await AskingEngine.StartAsync(ActsTwice);
        var task = await first.Engine.CreateAsync("Work");
        var open = await first.OpenAsync(task.Id, 2);
        var folder = await LeaveAsync(first, killed: true);
        var gate = new TaskCompletionSource();
        await using var second = await AskingEngine.StartAsync(ActsTwice.For("Hold", SaysAfter(gate.Task, "Held.")), directory: folder, slots: 1);
        await AllowBehindAFullHouseAsync(second, task.Id, open[0]);

        await second.Engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");

        Assert.False((await second.Requests.FindAsync(open[1].RequestId))!.IsOpen);
        Assert.Empty((await second.Engine.Reader.FindAsync(task.Id))!.OpenRequests);
        Assert.Equal([StepOutcome.Cancelled, StepOutcome.Cancelled], (await second.ResultsAsync(task.Id)).Select(result => result.Status));
        gate.SetResult();
        await second.Engine.Tasks.SendMessageAsync(task.Id, new SendMessage("What would you have done?"));
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Empty(second.Effects);
    }

    [Fact]
    public async Task Agent_ThatIsRemovedBetweenTwoRuns_LeavesNoRequestOpen()
    {
        await using var first = await AskingEngine.StartAsync(ActsTwice);
        var other = await first.AddAgentAsync();
        var task = await first.Engine.CreateAsync("Work", with => with with { AgentId = other });
        var open = await first.OpenAsync(task.Id, 2);
        var folder = await LeaveAsync(first, killed: true);
        var gate = new TaskCompletionSource();
        await using var second = await AskingEngine.StartAsync(ActsTwice.For("Hold", SaysAfter(gate.Task, "Held.")), directory: folder, slots: 1);
        await AllowBehindAFullHouseAsync(second, task.Id, open[0]);

        await second.Engine.Services.GetRequiredService<IAgentStore>().DeleteAsync(other);
        gate.SetResult();
        await second.Engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.False((await second.Requests.FindAsync(open[1].RequestId))!.IsOpen);
    }

    private static AgentScript ActsTwice => new AgentScript().For("Work", Calls(Call("act", ("what", "one")), Call("act", ("what", "two"))), Says("Done."));

    /// <summary>Allows a call of a task that nobody runs while the only slot is taken, so that the task has to queue.</summary>
    private static async Task AllowBehindAFullHouseAsync(AskingEngine asking, string taskId, TaskRequest request)
    {
        var holding = await asking.Engine.CreateAsync("Hold");
        await asking.Engine.WaitForAsync(holding.Id, AgentTaskStatus.Running);
        await asking.AnswerAsync(request, "allow");
        await asking.Engine.WaitForAsync(taskId, AgentTaskStatus.Pending);
    }
}
