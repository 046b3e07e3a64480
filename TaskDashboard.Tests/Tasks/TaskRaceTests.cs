using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Verbs that meet each other, and what must be true afterwards.</summary>
public sealed class TaskRaceTests
{
    [Fact]
    public async Task RetryAndMessage_AtTheSameTime_NeverLeaveTheTaskWaitingForNothing()
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Begin");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        for (var round = 0; round < 60; round++)
        {
            await Task.WhenAll(
                Task.Run(() => TryAsync(() => engine.Tasks.RetryAsync(task.Id))),
                Task.Run(() => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("More"))),
                Task.Run(() => TryAsync(() => engine.Tasks.RetryAsync(task.Id))));
            await engine.WaitForAsync(task.Id, row => row.Status == AgentTaskStatus.Completed && row.Inbox.Count == 0);
        }
    }

    [Fact]
    public async Task RejectedMessages_InParallel_GiveEverySlotBack()
    {
        await using var engine = await Engine.StartAsync(settings: ("Limits:MaxConcurrentRuns", "1"));
        var task = await engine.CreateAsync("Begin");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        for (var round = 0; round < 30; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
                () => TryAsync(() => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("More", MessageMode.Reject))))));
            await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        }

        var next = await engine.CreateAsync("Is there still a slot?");
        await engine.WaitForAsync(next.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task JoiningAChat_QuotesWhatWasSaid_AndTakesNobodysMessages()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, _) => ScriptedModelProvider.Say("Blue"))
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Let me see"], gate.Task, token)));
        var first = await engine.CreateAsync("Which colour?");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(first.Id, new SendMessage("And which number?"));
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == 2);
        await engine.Tasks.SendMessageAsync(first.Id, new SendMessage("For the first task only"));

        var joined = await engine.CreateAsync("Do your own work", command => command with { ChatId = first.ChatId });
        await engine.WaitForAsync(joined.Id, AgentTaskStatus.Completed);

        var asked = engine.Model.Calls.Last();
        Assert.Contains("Which colour?", asked[0].Text, StringComparison.Ordinal);
        Assert.Contains("Blue", asked[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("For the first task only", asked[0].Text, StringComparison.Ordinal);
        Assert.Equal(["Do your own work"], asked.Skip(1).Select(message => message.Text));
        Assert.False(joined.IsPrimary);
        gate.SetResult();
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        Assert.Contains(
            await engine.Reader.ListMessagesAsync(first.Id, 0, 100), message => message is { Text: "For the first task only", State: EntryState.Read });
    }

    [Fact]
    public async Task Cancel_OfManyParallelCalls_EndsAsCancelledNotAsALimit()
    {
        await using var engine = await Engine.StartAsync(model => model.Then(
            [.. Enumerable.Range(0, 20).Select(number => ScriptedModelProvider.Call($"call{number}", "wait", ("seconds", 600 + number)))]));
        var task = await engine.CreateAsync("Wait twenty times");
        await engine.WaitForAsync(task.Id, row => row.Reason == ReasonCodes.Tool);

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you");

        var ended = await engine.WaitForAsync(task.Id, row => row.Status.IsTerminal());
        Assert.Equal(AgentTaskStatus.Cancelled, ended.Status);
    }

    [Fact]
    public async Task Cancel_WhenTheModelHasSaidNothingButAnEmptyPiece_EndsTheRun()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait([""], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await Eventually.TrueAsync(() => !engine.Model.Calls.IsEmpty);

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you");

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        Assert.Empty(engine.Logs.Lines);
    }

    [Fact]
    public async Task Resume_AfterARestartWhilePaused_EndsTheOldRunAndGoesOnInANewOne()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token)));
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        await Eventually.TrueAsync(() => !engine.Model.Calls.IsEmpty);
        await engine.Tasks.PauseAsync(task.Id);
        gate.SetResult();
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Waiting);

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill());
        Assert.Equal(ReasonCodes.Paused, (await next.Reader.FindAsync(task.Id))!.Reason);
        await next.Tasks.ResumeAsync(task.Id);
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var runs = await next.Reader.ListRunsAsync(task.Id, 0, 10);
        Assert.Equal([RunOutcome.Interrupted, RunOutcome.Completed], runs.Select(run => run.Outcome!.Value));
    }

    [Fact]
    public async Task Create_InParallelWithOneNameInOneChat_GivesTheNameOnce()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)));
        var first = await engine.CreateAsync("Begin the chat");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => TryAsync(
            () => engine.CreateAsync("Be Bob", command => command with { ChatId = first.ChatId, Name = "bob" })))));

        Assert.Single(outcomes, made => made);
        gate.SetResult();
    }

    [Theory]
    [InlineData(TaskSort.Status, "abc")]
    [InlineData(TaskSort.StartedDescending, "")]
    [InlineData(TaskSort.Attention, "99999999999999999999")]
    public async Task List_WithACursorWhoseValueIsForged_IsRefused(TaskSort sort, string value)
    {
        await using var engine = await Engine.StartAsync();
        var cursor = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($"{(int)sort}|5|{value}"));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.Reader.ListAsync(new TaskQuery { Sort = sort, Cursor = cursor }));

        Assert.Equal("validation", refused.Code);
    }

    [Theory]
    [InlineData("\0a")]
    [InlineData("a\0b")]
    [InlineData("\"")]
    public async Task Search_WithOddCharacters_FindsNothingAndBreaksNothing(string words)
    {
        await using var engine = await Engine.StartAsync();

        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery { Search = words })).Items);
    }

    private static async Task<bool> TryAsync<TResult>(Func<Task<TResult>> verb)
    {
        try
        {
            await verb();
            return true;
        }
        catch (RefusedException)
        {
            return false;
        }
    }
}
