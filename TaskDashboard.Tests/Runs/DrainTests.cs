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

/// <summary>Stopping in order, and what the next start makes of it.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Stop_LetsAToolCallEnd_RefusesNewWork_AndTheNextStartCarriesOn()
    {
        var gate = new TaskCompletionSource<object?>();
        var time = new ManualTimeProvider();
        var begun = new TaskCompletionSource();
        await using var engine = await StartAsync(_ => { begun.SetResult(); return gate.Task; }, time, Calls(Call("unruly")), Says("Never asked."));
        var state = engine.Services.GetRequiredService<EngineState>();
        var task = await engine.CreateAsync("Work");
        await begun.Task.WaitAsync(Engine.Bound);

        var stopping = Task.Run(engine.StopAsync);
        await Eventually.TrueAsync(() => !state.IsReady);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("More"));
        var unsent = await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.SendMessageAsync(task.Id, new SendMessage("More")));
        gate.SetResult("It took effect.");
        await stopping.WaitAsync(Engine.Bound);

        Assert.Equal((RefusalKind.Draining, "draining"), (refused.Kind, refused.Code));
        Assert.Equal("draining", unsent.Code);
        await using var next = await Engine.StartAsync(new AgentScript().For("Work", Says("x"), Says("Done.")).Play, directory: engine.DataDirectory);
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var events = (await next.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).ToList();
        Assert.Equal((StepOutcome.Success, "It took effect."), events.OfType<ToolResultData>().Select(result => (result.Status, result.Content)).Single());
        var receipt = events.OfType<RunData>().Single(run => run.Outcome == RunOutcome.Interrupted).Receipt!;
        Assert.Equal((1, 0, 0), (receipt.Known, receipt.Unknown.Count, receipt.NotStarted.Count));
        Assert.True(next.Services.GetRequiredService<EngineState>().LastRestart is { WasClean: true, Resumed: 1, Failed: 0, UnknownCalls: 0 });
        Assert.DoesNotContain(engine.Model.Calls, call => call.Count > 3);
    }

    [Fact]
    public async Task Stop_CutsAModelCallAtOnce_AndKeepsItsText()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Half an answer"], never.Task, token)), time: new ManualTimeProvider());
        var task = await engine.CreateAsync("Talk");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        await engine.StopAsync(); // Nothing moves the clock: it waits for no grace.

        await using var next = await Engine.StartAsync(directory: engine.DataDirectory);
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var interrupted = (await next.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<RunData>().Single(run => run.Outcome == RunOutcome.Interrupted);
        Assert.Equal("Half an answer".Length, interrupted.Receipt!.SavedText);
    }

    [Fact]
    public async Task Stop_WithAToolThatDoesNotEnd_LeavesItAsUnknownAfterTheGrace()
    {
        var time = new ManualTimeProvider();
        var begun = new TaskCompletionSource();
        await using var engine = await StartAsync(async token =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null;
        }, time, Calls(Call("unruly")));
        var state = engine.Services.GetRequiredService<EngineState>();
        var task = await engine.CreateAsync("Work");
        await begun.Task.WaitAsync(Engine.Bound);

        var stopping = Task.Run(engine.StopAsync);
        await Eventually.TrueAsync(() => !state.IsReady);
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(stopping.IsCompleted);
        await AdvanceUntilAsync(time, stopping);

        await using var next = await Engine.StartAsync(directory: engine.DataDirectory);
        await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var events = (await next.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).ToList();
        Assert.Equal(StepOutcome.Unknown, events.OfType<ToolResultData>().Single().Status);
        var receipt = events.OfType<RunData>().Single(run => run.Outcome == RunOutcome.Interrupted).Receipt!;
        Assert.Equal("unruly", receipt.Unknown.Single().Name);
    }

    [Fact]
    public async Task WaitingTasks_SurviveARestartUntouched()
    {
        var gate = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Pause", (_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token), Says("Done."))
            .For("Lead", Calls(Call("spawn_task", ("message", "Later"))), Says("Waiting."), Says("Done."))
            .For("Later", SaysAfter(never.Task, "Late.")).Play);
        var paused = await engine.CreateAsync("Pause");
        await engine.WatchUntilAsync(paused.Id, frame => frame is DeltaFrame);
        await engine.Tasks.PauseAsync(paused.Id);
        gate.SetResult();
        var delayed = await engine.CreateAsync("Pause later", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });
        var dependent = await engine.CreateAsync("Pause too", command => command with { DependsOn = [new TaskDependency(delayed.Id)] });
        var parked = await engine.CreateAsync("Lead this");
        var before = new[]
        {
            await engine.WaitForAsync(paused.Id, task => task.Reason == ReasonCodes.Paused), (await engine.Reader.FindAsync(delayed.Id))!,
            (await engine.Reader.FindAsync(dependent.Id))!, await engine.WaitForAsync(parked.Id, task => task.Reason == ReasonCodes.Subtasks),
        };
        await engine.StopAsync();

        // The child goes on, and comes to no end that its parent would hear of.
        await using var next = await Engine.StartAsync(new AgentScript().For("Later", SaysAfter(never.Task, "Late.")).Play, directory: engine.DataDirectory);

        foreach (var task in before)
        {
            var after = (await next.Reader.FindAsync(task.Id))!;
            Assert.Equal((task.Status, task.Reason, task.ReasonText, task.RunId, task.DueAt), (after.Status, after.Reason, after.ReasonText, after.RunId, after.DueAt));

            // Only the parent has heard of something: that its child is at work again.
            if (task.Id != parked.Id) Assert.Equal(task.Version, after.Version);
        }
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Task stopping)
    {
        for (var second = 0; second < 60 && !stopping.IsCompleted; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(stopping, Task.Delay(20));
        }

        await stopping.WaitAsync(Engine.Bound);
    }

    private static async Task<Engine> StartAsync(Func<CancellationToken, Task<object?>> body, TimeProvider time, params ScriptedModelProvider.Script[] steps)
    {
        var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(new UnrulyTools(("unruly", body))), new AgentScript().For("Work", steps).Play, time: time);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["unruly"] });
        return engine;
    }
}
