using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Talking to a task: queued, steering, interrupting, refused; and holding it for a while.</summary>
public sealed class TaskMessageTests
{
    [Fact]
    public async Task SendMessage_ToACompletedTask_ContinuesItInANewRunWithItsHistory()
    {
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, _) => ScriptedModelProvider.Say("One"))
            .Then((_, _, _) => ScriptedModelProvider.Say("Two")));
        var task = await engine.CreateAsync("First");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var receipt = await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Second"));
        var done = await engine.WaitForAsync(task.Id, row => row is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        Assert.Equal("stored", receipt.State);
        Assert.Equal(["First", "One", "Second"], engine.Model.Calls.Last().Skip(1).Select(message => message.Text));
        var runs = await engine.Reader.ListRunsAsync(task.Id, 0, 10);
        Assert.Equal([Core.Runs.RunOutcome.Completed, Core.Runs.RunOutcome.Completed], runs.Select(run => run.Outcome!.Value));
        Assert.Equal(runs[1].RunId, done.RunId);
        Assert.Equal(Core.Runs.RunCause.Message, runs[1].Cause);
    }

    [Fact]
    public async Task SendMessage_WhileItRuns_IsReadAtTheEndOfTheTurn()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["One"], gate.Task, token))
            .Then((_, _, _) => ScriptedModelProvider.Say("Two")));
        var task = await engine.CreateAsync("First");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Second"));
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["First", "One", "Second"], engine.Model.Calls.Last().Skip(1).Select(message => message.Text));
        var messages = await engine.Reader.ListMessagesAsync(task.Id, 0, 100);
        Assert.Equal(["First", "One", "Second", "Two"], messages.Select(message => message.Text));
        Assert.All(messages, message => Assert.Equal(EntryState.Read, message.State));
    }

    [Fact]
    public async Task SendMessage_TwiceWithOneClientMessageId_IsStoredOnce()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["One"], gate.Task, token)));
        var task = await engine.CreateAsync("First");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);

        var receipts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Second", ClientMessageId: "mine-1")))));
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Single(receipts.Select(receipt => receipt.MessageId).Distinct());
        Assert.Single(await engine.Reader.ListMessagesAsync(task.Id, 0, 100), message => message.Text == "Second");
    }

    [Fact]
    public async Task SendMessage_InModeReject_IsRefusedWhileItRunsAndStoresNothing()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["One"], gate.Task, token)));
        var task = await engine.CreateAsync("First");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Second", MessageMode.Reject)));

        Assert.Equal("task_busy", refused.Code);
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(["First", "One"], (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).Select(message => message.Text));
    }

    [Fact]
    public async Task SendMessage_InModeInterrupt_CutsTheStepAndIsAnsweredNext()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Wrong way"], never.Task, token))
            .Then((_, _, _) => ScriptedModelProvider.Say("Right way")));
        var task = await engine.CreateAsync("First");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Stop, this way", MessageMode.Interrupt));
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(
            ["First", "Wrong way", "Stop, this way", "Right way"],
            (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).Select(message => message.Text));
    }

    [Fact]
    public async Task Pause_TakesEffectAtTheNextStep_AndResumeLetsItGoOn()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token))
            .Then((_, _, _) => ScriptedModelProvider.Say("Done")));
        var task = await engine.CreateAsync("Work");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        await engine.Tasks.PauseAsync(task.Id);
        gate.SetResult();
        var paused = await engine.WaitForAsync(task.Id, AgentTaskStatus.Waiting);
        Assert.Equal(ReasonCodes.Paused, paused.Reason);
        Assert.Single(engine.Model.Calls);

        await engine.Tasks.ResumeAsync(task.Id);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal("not_paused", (await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.ResumeAsync(task.Id))).Code);
    }
}
