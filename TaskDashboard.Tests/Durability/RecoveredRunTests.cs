using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability;

/// <summary>What a run goes on with after a kill, and what is left of the one before: the findings of the kill test, each by itself.</summary>
public sealed class RecoveredRunTests
{
    private readonly TaskCompletionSource never = new();

    [Fact]
    public async Task Kill_WithAQueuedMessage_EndsTheTurnBeforeTheMessageIsRead()
    {
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half an ", "answer"], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame { Text: var text } && text.EndsWith("answer", StringComparison.Ordinal));
        await engine.Services.GetRequiredService<OpenTextTable>().CheckpointAsync();
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("And then?", MessageMode.Queue));

        await using var next = await Engine.StartAsync(
            model => model.Then((_, _, _) => ScriptedModelProvider.Say("The rest")).Then((_, _, _) => ScriptedModelProvider.Say("This")), directory: engine.CopyAsLeftByAKill());
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["Talk", "Half an answer", "The rest", "And then?", "This"], (await next.Reader.ListMessagesAsync(task.Id, 0, 100)).Select(message => message.Text));
        Assert.DoesNotContain(next.Model.Calls.First(), message => message.Text == "And then?");
        Assert.Contains(next.Model.Calls.Last(), message => message.Text == "And then?");
    }

    [Fact]
    public async Task Kill_WithAMessageDuringATool_TellsTheModelTheResultRightBehindItsCall()
    {
        await using var engine = await Engine.StartAsync(model => model.Then(ScriptedModelProvider.Call("slow", "wait", ("seconds", 600))));
        var task = await engine.CreateAsync("Wait long");
        await engine.WaitForAsync(task.Id, row => row.Reason == ReasonCodes.Tool);
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Hurry", MessageMode.Steer));

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var told = next.Model.Calls.First().ToList();
        var call = told.FindIndex(message => message.Contents.Any(content => content is FunctionCallContent));
        Assert.Contains(told[call + 1].Contents, content => content is FunctionResultContent { CallId: "slow" });
        Assert.Equal("Hurry", told[call + 2].Text);
        LogExpectations.AssertHold((await TaskHistory.ReadAsync(next.Reader, task.Id))!);
    }

    [Fact]
    public async Task Kill_BehindAModelCall_KeepsTheTokensOfTheRun()
    {
        await using var engine = await Engine.StartAsync(
            model => model.Then(ScriptedModelProvider.Call("slow", "wait", ("seconds", 600)), ScriptedModelProvider.Usage(100, 10)));
        var task = await engine.CreateAsync("Wait long");
        await engine.WaitForAsync(task.Id, row => row.Reason == ReasonCodes.Tool);

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal([100, 10], (await next.Reader.ListRunsAsync(task.Id, 0, 10)).Select(run => run.Usage.Input));
        LogExpectations.AssertHold((await TaskHistory.ReadAsync(next.Reader, task.Id))!);
    }
}
