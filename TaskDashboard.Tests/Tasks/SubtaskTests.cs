using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Agents that give work to others, hear of its end, speak to it and stop it.</summary>
public sealed class SubtaskTests
{
    [Fact]
    public async Task Spawn_GivesTheChildItsLineage_AndTheParentParksUntilItHasEnded()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Help with the sums"), ("name", "sums"))), Says("I wait."), Says("All done."))
            .For("Help", SaysAfter(gate.Task, "It is 42.")).Play);
        var parent = await engine.CreateAsync("Lead this");

        var parked = await engine.WaitForAsync(parent.Id, AgentTaskStatus.Waiting);
        Assert.Equal((ReasonCodes.Subtasks, "It waits for “sums”."), (parked.Reason, parked.ReasonText));
        var child = (await engine.Reader.ListTreeAsync(parent.Id))[1];
        Assert.Equal(
            (parent.Id, parked.RunId, engine.AgentId, "sums"), (child.ParentTaskId, child.ParentRunId, child.ParentAgentId, child.Name));
        Assert.StartsWith("call_", child.ParentCallId, StringComparison.Ordinal);
        Assert.NotEqual(parent.ChatId, child.ChatId);

        gate.SetResult();
        var done = await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        Assert.Equal(1, done.RunCount);
        var news = engine.Model.Calls.Last().Where(message => message.Role == ChatRole.User).Last().Text;
        Assert.Contains("Task sums", news, StringComparison.Ordinal);
        Assert.Contains("It is 42.", news, StringComparison.Ordinal);
        var events = await engine.Reader.ListEventsAsync(parent.Id, 0, 100);
        Assert.Equal(
            [AgentTaskStatus.Running, AgentTaskStatus.Completed],
            events.Select(@event => @event.Data).OfType<SubtaskData>().Where(data => data.TaskId == child.Id).Select(data => data.Status).Distinct());
        var told = events.Select(@event => @event.Data).OfType<MessageData>().Where(message => message.Role == EntryRole.Subtask).ToList();
        Assert.Equal([EntryState.Stored, EntryState.Read], told.Select(message => message.State!.Value));
        Assert.All(told, message => Assert.Equal(child.Id, message.From));
    }

    [Fact]
    public async Task ParkedParent_GivesItsSlotToItsChild()
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript()
                .For("Lead", Calls(Call("spawn_task", ("message", "Help"))), Says("I wait."), Says("Done."))
                .For("Help", Says("Helped.")).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));

        var parent = await engine.CreateAsync("Lead this");

        Assert.Equal(1, (await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed)).RunCount);
    }

    [Fact]
    public async Task WaitForTasks_TellsEveryResult_WithoutASlot_AndOnlyOnce()
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript()
                .For("Lead", Calls(Call("spawn_task", ("message", "Help a"), ("name", "a")), Call("spawn_task", ("message", "Help b"), ("name", "b"))),
                    Calls(Call("wait_for_tasks", ("tasks", "a, b"))), Says("Done."))
                .For("Help a", Says("Apples.")).For("Help b", Says("Bananas.")).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));

        var parent = await engine.CreateAsync("Lead this");
        var done = await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        var asked = engine.Model.Calls.Last();
        var result = asked.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Last().Result!.ToString()!;
        Assert.Contains("Apples.", result, StringComparison.Ordinal);
        Assert.Contains("Bananas.", result, StringComparison.Ordinal);
        Assert.Single(asked, message => message.Role == ChatRole.User);
        Assert.Equal(0, done.QueuedMessages);
        Assert.Contains(
            (await engine.Reader.ListEventsAsync(parent.Id, 0, 200)).Select(@event => @event.Data).OfType<StatusData>(),
            status => status is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Subtasks });
    }

    [Fact]
    public async Task WaitForTasks_BesideACallAtWork_IsWhatTheTaskWaitsFor_OnceThatCallHasEnded()
    {
        var (work, child) = (new TaskCompletionSource<object?>(), new TaskCompletionSource());
        await using var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(new UnrulyTools(("probe", _ => work.Task))),
            new AgentScript()
                .For("Lead", Calls(Call("spawn_task", ("message", "Help"), ("name", "sums"))), Calls(Call("wait_for_tasks"), Call("probe")), Says("Done."))
                .For("Help", SaysAfter(child.Task, "Helped.")).Play);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["spawn_task", "wait_for_tasks", "probe"] });
        var parent = await engine.CreateAsync("Lead this");
        await Eventually.TrueAsync(() => engine.Services.GetRequiredService<LiveRunTable>().Find(parent.Id)?.AwaitedTasks.Count == 1);
        await engine.WaitForAsync(parent.Id, row => row is { Status: AgentTaskStatus.Running, Reason: ReasonCodes.Tool });

        work.SetResult("done");

        var waiting = await engine.WaitForAsync(parent.Id, AgentTaskStatus.Waiting);
        Assert.Equal((ReasonCodes.Subtasks, "It waits for “sums”."), (waiting.Reason, waiting.ReasonText));
        child.SetResult();
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task QueuedMessage_ThatIsMadeToSteer_EndsAWaitForTasks()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Lead", Calls(Call("spawn_task", ("message", "Help"))), Calls(Call("wait_for_tasks")), Says("Heard.")).For("Help", SaysAfter(never.Task, "x")).Play);
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, task => task.Reason == ReasonCodes.Subtasks);
        var receipt = await engine.Tasks.SendMessageAsync(parent.Id, new SendMessage("Listen"));
        Assert.Equal(1, (await engine.Reader.FindAsync(parent.Id))!.QueuedMessages);

        await engine.Tasks.ChangeQueuedAsync(parent.Id, receipt.MessageId, new ChangeQueuedMessage { Mode = MessageMode.Steer });

        await engine.WaitForAsync(parent.Id, task => task.QueuedMessages == 0);
    }

    [Fact]
    public async Task TimeOfAWaitForTasks_ThatIsOverInTheMomentOfItsEnd_HarmsNobody()
    {
        var gate = new TaskCompletionSource();
        var timers = new LateTimers(TimeSpan.FromSeconds(54_321));
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Lead", Calls(Call("spawn_task", ("message", "Help"))), Calls(Call("wait_for_tasks", ("timeout_seconds", 54_321))), Says("Done.")).For("Help", SaysAfter(gate.Task, "Helped.")).Play,
            time: timers);
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, task => task.Reason == ReasonCodes.Subtasks);
        gate.SetResult();
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        // On the thread of a timer nobody would catch what is thrown here.
        Assert.Equal(1, timers.Count);
        timers.Fire();
    }

    [Theory]
    [InlineData("task_not_found", "nobody")]
    [InlineData("not_owner", "{stranger}")]
    [InlineData("task_terminated", "{ended}")]
    [InlineData("no_inbox", "mute")]
    [InlineData("task_not_found", "ended")]
    public async Task SendMessage_ThatCannotBeDelivered_IsRefusedWithItsOwnCode(string code, string to)
    {
        var gate = new TaskCompletionSource();
        var known = new TaskCompletionSource();
        AgentTask? stranger = null;
        AgentTask? ended = null;
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Short"), ("name", "ended")), Call("spawn_task", ("message", "Long"), ("name", "mute"), ("one_shot", true))),
                Calls(Call("wait_for_tasks", ("tasks", "ended"))),
                (_, _, token) => SendAsync(known.Task, () => to.Replace("{stranger}", stranger!.Id, StringComparison.Ordinal).Replace("{ended}", ended!.Id, StringComparison.Ordinal), token),
                Calls(Call("cancel_task", ("task", "mute"))), Says("Done."))
            .For("Short", (_, _, _) => ScriptedModelProvider.Say("Short.")).For("Long", SaysAfter(gate.Task, "x")).For("Other", Says("Other")).Play);
        stranger = await engine.CreateAsync("Other work");
        var parent = await engine.CreateAsync("Lead this");
        ended = await FindChildAsync(engine, parent.Id, "ended");
        known.SetResult();
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        var results = (await engine.Reader.ListEventsAsync(parent.Id, 0, 200)).Select(@event => @event.Data).OfType<ToolResultData>().ToList();
        var refused = results.Single(result => result.CallId == "send");
        Assert.Equal(StepOutcome.Error, refused.Status);
        Assert.StartsWith($"{code}:", refused.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendMessage_ReachesAChildWhileItWorks_AndTheParentFromBelow()
    {
        var childMayGoOn = new TaskCompletionSource();
        var childStarted = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Help"), ("name", "kid"))),
                (messages, observer, token) => AfterAsync(childStarted.Task, Call("send_message", ("to", "kid"), ("message", "Hurry up"))),
                (messages, observer, token) => { childMayGoOn.TrySetResult(); return ScriptedModelProvider.Say("Waiting."); },
                Says("Done."))
            .For("Help",
                (messages, observer, token) => { childStarted.TrySetResult(); return AfterAsync(childMayGoOn.Task, Call("send_message", ("to", "parent"), ("message", "Halfway"))); },
                Says("Helped.")).Play);

        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        var child = (await engine.Reader.ListTreeAsync(parent.Id))[1];
        var toChild = (await engine.Reader.ListMessagesAsync(child.Id, 0, 100)).Single(message => message.Role == EntryRole.Subtask);
        Assert.EndsWith("says: Hurry up", toChild.Text, StringComparison.Ordinal);
        Assert.Equal(EntryState.Read, toChild.State);
        Assert.Contains((await engine.Reader.ListMessagesAsync(parent.Id, 0, 100)), message => message.Role == EntryRole.Subtask && message.Text.EndsWith("says: Halfway", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_AreUniqueAmongLiveSiblings_AndFreeAfterTheEnd()
    {
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Wait"), ("name", "bob")), Call("spawn_task", ("message", "Wait"), ("name", "bob"))),
                Calls(Call("cancel_task", ("task", "bob"))), Calls(Call("spawn_task", ("message", "Short"), ("name", "bob"))), Says("Waiting."), Says("Done."))
            .For("Wait", Calls(Call("wait", ("seconds", 600)))).For("Short", Says("Short.")).Play);

        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        var results = (await engine.Reader.ListEventsAsync(parent.Id, 0, 300)).Select(@event => @event.Data).OfType<ToolResultData>().ToList();
        Assert.Single(results, result => result.Status == StepOutcome.Error && result.Content.Contains("the name bob already", StringComparison.Ordinal));
        Assert.Equal(
            [AgentTaskStatus.Cancelled, AgentTaskStatus.Completed], (await engine.Reader.ListTreeAsync(parent.Id)).Skip(1).Select(child => child.Status));
    }

    [Fact]
    public async Task Spawn_BelowTheDeepestLevel_IsRefused()
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Nest", Calls(Call("spawn_task", ("message", "Nest"))), Says("Waiting."), Says("Done.")).Play, settings: ("Limits:MaxTaskDepth", "3"));

        var root = await engine.CreateAsync("Nest");
        await engine.WaitForAsync(root.Id, AgentTaskStatus.Completed);

        Assert.Equal(4, (await engine.Reader.ListTreeAsync(root.Id)).Count);
    }

    [Fact]
    public async Task ParkedParent_AfterAKill_WakesWhenItsChildHasEnded()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Lead", Calls(Call("spawn_task", ("message", "Help"))), Says("I wait.")).For("Help", SaysAfter(never.Task, "x")).Play);
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Waiting);

        await using var next = await Engine.StartAsync(
            new AgentScript().For("Lead", Says("All is told.")).For("Help", Says("Helped after all.")).Play, directory: engine.CopyAsLeftByAKill());
        var done = await next.WaitForAsync(parent.Id, AgentTaskStatus.Completed);

        Assert.Equal(2, done.RunCount);
        Assert.Contains(next.Model.Calls, call => call[^1].Text.Contains("Helped after all.", StringComparison.Ordinal));
    }

    private static async Task<AgentTask> FindChildAsync(Engine engine, string parentId, string name)
    {
        using var bound = new CancellationTokenSource(Engine.Bound);
        await foreach (var _ in engine.Feed.WatchListAsync(0, bound.Token))
        {
            if ((await engine.Reader.ListTreeAsync(parentId, bound.Token)).FirstOrDefault(task => task.Name == name) is { } found) return found;
        }

        throw new InvalidOperationException("The list's stream ended.");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> SendAsync(
        Task known, Func<string> to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await known.WaitAsync(cancellationToken);
        yield return ScriptedModelProvider.Call("send", "send_message", ("to", to()), ("message", "Hi"));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> AfterAsync(Task gate, (string Tool, (string Name, object? Value)[] Arguments) call)
    {
        await gate.WaitAsync(Engine.Bound);
        yield return ScriptedModelProvider.Call($"after_{call.Tool}", call.Tool, call.Arguments);
    }
}
