using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>What a run has left half done is told by whoever ends it: nothing that was shown is lost, and every call has a result.</summary>
public sealed class LeftWorkTests
{
    [Fact]
    public async Task Cancel_OfATaskThatAStoppingServerHasLeft_KeepsWhatItHadSaid()
    {
        var never = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource<object?>();
        await using var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(new UnrulyTools(("unruly", _ => { begun.SetResult(); return mayEnd.Task; }))),
            new AgentScript().For("Talk", (_, _, token) => ScriptedModelProvider.SayThenWait(["Half an answer"], never.Task, token))
                .For("Work", Calls(Call("unruly")), Says("Never asked.")).Play,
            time: new ManualTimeProvider());
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["unruly"] });
        var talking = await engine.CreateAsync("Talk");
        await engine.WatchUntilAsync(talking.Id, frame => frame is DeltaFrame);
        await engine.CreateAsync("Work, which holds up the stop");
        await begun.Task.WaitAsync(Engine.Bound);

        var stopping = Task.Run(engine.StopAsync);
        await Eventually.TrueAsync(() => engine.Services.GetRequiredService<LiveRunTable>().Find(talking.Id) is null);
        var receipt = await engine.Tasks.CancelAsync(talking.Id, CancelScope.Task, "you");
        var said = (await engine.Reader.ListEventsAsync(talking.Id, 0, 100)).Select(@event => @event.Data).OfType<MessageData>().ToList();
        mayEnd.SetResult("Done.");
        await stopping.WaitAsync(Engine.Bound);

        Assert.Equal(AgentTaskStatus.Cancelled, receipt.Status);
        Assert.Equal([("Talk", false), ("Half an answer", true)], said.Select(message => (message.Text, message.Partial)));
    }

    [Fact]
    public async Task Stop_WhileAnAgentWaitsForItsTasks_WaitsForNoGrace_AndTheNextStartWaitsAgain()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(Lead(SaysAfter(never.Task, "x")).Play, time: new ManualTimeProvider());
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, task => task.Reason == ReasonCodes.Subtasks);

        await engine.StopAsync(); // Nothing moves the clock.

        await using var next = await Engine.StartAsync(Lead(Says("Apples.")).Play, directory: engine.DataDirectory);
        await next.WaitForAsync(parent.Id, AgentTaskStatus.Completed);
        var results = (await next.Reader.ListEventsAsync(parent.Id, 0, 200)).Select(@event => @event.Data).OfType<ToolResultData>().ToList();
        Assert.All(results, result => Assert.Equal(StepOutcome.Success, result.Status));
        Assert.Contains(results, result => result.Content.StartsWith("The server restarts", StringComparison.Ordinal));
        await AssertEveryCallHasAResultAsync(next, parent.Id);
    }

    [Fact]
    public async Task Kill_WhileAnAgentWaitsForItsTasks_LeavesNoCallWithoutAResult_WhenItGoesOn()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(Lead(SaysAfter(never.Task, "x")).Play);
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, task => task.Reason == ReasonCodes.Subtasks);

        await using var next = await Engine.StartAsync(Lead(Says("Apples.")).Play, directory: engine.CopyAsLeftByAKill());

        await next.WaitForAsync(parent.Id, AgentTaskStatus.Completed);
        var events = (await next.Reader.ListEventsAsync(parent.Id, 0, 200)).Select(@event => @event.Data).ToList();
        Assert.Single(events.OfType<ToolResultData>(), result => result.Status == StepOutcome.Unknown);
        Assert.Equal("wait_for_tasks", events.OfType<RunData>().Single(run => run.Outcome == RunOutcome.Interrupted).Receipt!.Unknown.Single().Name);
        await AssertEveryCallHasAResultAsync(next, parent.Id);
    }

    [Fact]
    public async Task Kill_WhileAnAgentWaitsForItsTasks_LeavesNoCallWithoutAResult_WhenItIsCancelled()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(Lead(SaysAfter(never.Task, "x")).Play);
        var parent = await engine.CreateAsync("Lead this");
        await engine.WaitForAsync(parent.Id, task => task.Reason == ReasonCodes.Subtasks);

        await using var next = await Engine.StartAsync(Lead(SaysAfter(never.Task, "x")).Play, directory: engine.CopyAsLeftByAKill());
        await next.Tasks.CancelAsync(parent.Id, CancelScope.Tree, "you");
        await next.WaitForAsync(parent.Id, AgentTaskStatus.Cancelled);
        await next.Tasks.SendMessageAsync(parent.Id, new SendMessage("Never mind them."));

        await next.WaitForAsync(parent.Id, AgentTaskStatus.Completed);
        await AssertEveryCallHasAResultAsync(next, parent.Id);
    }

    private static AgentScript Lead(ScriptedModelProvider.Script child) => new AgentScript()
        .For("Lead", Calls(Call("spawn_task", ("message", "Help"), ("name", "kid"))), Calls(Call("wait_for_tasks")), Says("Done."))
        .For("Help", child);

    /// <summary>In the log, and in what the model was last sent: providers refuse a conversation with a call that was never answered.</summary>
    private static async Task AssertEveryCallHasAResultAsync(Engine engine, string taskId)
    {
        var events = (await engine.Reader.ListEventsAsync(taskId, 0, 500)).Select(@event => @event.Data).ToList();
        Assert.Equal(events.OfType<ToolUseData>().Select(call => call.CallId).Order(), events.OfType<ToolResultData>().Select(result => result.CallId).Order());
        var sent = engine.Model.Calls.Last(call => call.Any(message => message.Text == "Lead this")).SelectMany(message => message.Contents).ToList();
        Assert.Equal(
            sent.OfType<FunctionCallContent>().Select(call => call.CallId).Order(), sent.OfType<FunctionResultContent>().Select(result => result.CallId).Order());
    }
}
