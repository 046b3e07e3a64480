using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Tasks;

public sealed class TaskLifecycleTests
{
    [Fact]
    public async Task Create_IsAnsweredAsPending_AndRunsToCompletion()
    {
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, _) => ScriptedModelProvider.Say("Hello", " world")));

        var created = await engine.CreateAsync("Say hello");
        var done = await engine.WaitForAsync(created.Id, AgentTaskStatus.Completed);

        Assert.Equal(AgentTaskStatus.Pending, created.Status);
        Assert.NotEmpty(created.ReasonText!);
        Assert.Equal("Say hello", done.Title);
        Assert.Equal(new TaskUsage(10, 2, 0, null), done.Usage);
        Assert.NotNull(done.DurationMs);
        var messages = await engine.Reader.ListMessagesAsync(created.Id, 0, 100);
        Assert.Equal([(EntryRole.User, "Say hello"), (EntryRole.Assistant, "Hello world")], messages.Select(message => (message.Role, message.Text)));
    }

    [Fact]
    public async Task Events_OfOneRun_AreGaplessAndTellTheWholeStory()
    {
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, _) => ScriptedModelProvider.Say("Hi")));

        var task = await engine.CreateAsync("Say hi");
        var frames = await engine.WatchToEndAsync(task.Id);

        var events = frames.OfType<EventFrame>().Select(frame => frame.Event).ToList();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(@event => @event.Seq));
        Assert.Equal(["status", "message", "run", "status", "message", "usage", "run", "status"], events.Select(@event => @event.Type));
        Assert.IsType<SnapshotFrame>(frames[0]);
        Assert.IsType<EndFrame>(frames[^1]);
        Assert.Equal(AgentTaskStatus.Completed, Assert.IsType<StatusData>(events[^1].Data).Status);
    }

    [Fact]
    public async Task Cancel_WhileStreaming_KeepsThePartialTextAndEndsOnce()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half an ", "answer"], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame { Text: var text } && text.EndsWith("answer", StringComparison.Ordinal));

        var receipt = await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");

        Assert.Equal(1, receipt.CancelledCount);
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        Assert.Equal("Cancelled by you.", ended.ReasonText);
        var again = await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you"));
        Assert.Equal("task_terminal", again.Code);
        var events = await engine.Reader.ListEventsAsync(task.Id, 0, 100);
        Assert.Single(events, @event => @event.Data is StatusData { Status: AgentTaskStatus.Cancelled });
        var said = Assert.Single(events.Select(@event => @event.Data).OfType<MessageData>(), message => message.Role == EntryRole.Assistant);
        Assert.Equal("Half an answer", said.Text);
        Assert.True(said.Partial);
    }

    [Fact]
    public async Task Cancel_WhilePending_NeverCallsTheModel()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["busy"], gate.Task, token)), settings: ("Limits:MaxConcurrentRuns", "1"));
        var busy = await engine.CreateAsync("Occupy the slot");
        await engine.WaitForAsync(busy.Id, AgentTaskStatus.Running);
        var waiting = await engine.CreateAsync("Wait for the slot");
        Assert.Contains("number 1 in the queue", waiting.ReasonText, StringComparison.Ordinal);

        await engine.Tasks.CancelAsync(waiting.Id, CancelScope.Task, "you");
        gate.SetResult();
        await engine.WaitForAsync(busy.Id, AgentTaskStatus.Completed);

        Assert.Equal(AgentTaskStatus.Cancelled, (await engine.Reader.FindAsync(waiting.Id))!.Status);
        Assert.Single(engine.Model.Calls);
    }

    [Fact]
    public async Task Slots_AreGivenByPriorityThenAge()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["busy"], gate.Task, token)), settings: ("Limits:MaxConcurrentRuns", "1"));
        await engine.CreateAsync("first");
        var tasks = new List<AgentTask>
        {
            await engine.CreateAsync("low", command => command with { Priority = 0 }),
            await engine.CreateAsync("normal, older"),
            await engine.CreateAsync("normal, younger"),
            await engine.CreateAsync("high", command => command with { Priority = 3 }),
        };

        gate.SetResult();
        foreach (var task in tasks) await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(
            ["first", "high", "normal, older", "normal, younger", "low"],
            engine.Model.Calls.Select(call => call[^1].Text));
    }

    [Fact]
    public async Task Run_ThatThrows_FailsWithTheMessageAndFreesItsSlot()
    {
        await using var engine = await Engine.StartAsync(
            model => model.Then((_, _, _) => throw new InvalidOperationException("The body broke.")), settings: ("Limits:MaxConcurrentRuns", "1"));

        var task = await engine.CreateAsync("Break");
        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);
        var next = await engine.CreateAsync("Work");

        Assert.Equal(ReasonCodes.Error, failed.Reason);
        Assert.Contains("The body broke.", failed.ReasonText, StringComparison.Ordinal);
        Assert.Single((await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<ErrorData>());
        await engine.WaitForAsync(next.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Run_PastItsTimeout_FailsAsTimeoutWithThePartialText()
    {
        var never = new TaskCompletionSource();
        var time = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never.Task, token)), time: time);
        var task = await engine.CreateAsync("Take long", command => command with { TimeoutS = 60 });
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        time.Advance(TimeSpan.FromSeconds(61));
        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Equal(ReasonCodes.Timeout, failed.Reason);
        Assert.Equal(["Take long", "Half"], (await engine.Reader.ListMessagesAsync(task.Id, 0, 100)).Select(message => message.Text));
    }

    [Fact]
    public async Task Run_ThatRepeatsOneCallForEver_IsStoppedByItsLimit()
    {
        await using var engine = await Engine.StartAsync(
            model => model.Always((_, _, _) => ScriptedModelProvider.CallAfter(Task.CompletedTask, CancellationToken.None)), settings: ("Limits:MaxRepeatedCalls", "3"));

        var task = await engine.CreateAsync("Loop");
        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Equal(ReasonCodes.Limit, failed.Reason);
        Assert.Equal(4, engine.Model.Calls.Count);
    }

    [Fact]
    public async Task Delete_WhileRunning_StopsItFirstAndTellsViewers()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], never.Task, token)));
        var task = await engine.CreateAsync("Talk");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var watched = engine.WatchToEndAsync(task.Id);

        await engine.Tasks.DeleteAsync(task.Id, "you");

        var frames = await watched.WaitAsync(Engine.Bound);
        Assert.Equal(EventTypes.Deleted, frames[^1].Name);
        Assert.Null(await engine.Reader.FindAsync(task.Id));
        Assert.Empty((await engine.Reader.ListAsync(new TaskQuery())).Items);
        Assert.False(Directory.Exists(task.WorkDir));
        await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.DeleteAsync(task.Id, "you"));
    }

    [Fact]
    public async Task ToolCalls_InParallel_AreAnsweredInTheOrderOfTheCalls()
    {
        await using var engine = await Engine.StartAsync(model => model
            .Then(
                ScriptedModelProvider.Thought("Two sums."),
                ScriptedModelProvider.Call("a", "calculate", ("expression", "2+2")),
                ScriptedModelProvider.Call("b", "calculate", ("expression", "3*3")),
                ScriptedModelProvider.Usage(5, 5))
            .Then((_, _, _) => ScriptedModelProvider.Say("4 and 9")));

        var task = await engine.CreateAsync("Sums");
        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var results = engine.Model.Calls.Last().SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionResultContent>().ToList();
        Assert.Equal(["a", "b"], results.Select(result => result.CallId));
        Assert.Contains("4", results[0].Result!.ToString(), StringComparison.Ordinal);
        Assert.Contains("9", results[1].Result!.ToString(), StringComparison.Ordinal);
        var run = await engine.Reader.FindRunAsync(done.RunId!);
        Assert.Equal(4, run!.Steps!.Count);
        Assert.Equal([1, 2, 3, 4], run.Steps.Select(step => step.Index));
        Assert.Equal(new TaskUsage(15, 6, 0, null), done.Usage);
    }
}
