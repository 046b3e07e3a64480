using Microsoft.Extensions.AI;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>A cancel at every point of a run: one end, nothing starts behind it, the slot is free.</summary>
public sealed class CancelPointsTests
{
    public static TheoryData<string> Points => new(
        "pending", "delayed", "dependency", "before the first token", "while it streams", "in a rate limit", "in a tool", "in two tools",
        "between tool and model", "waiting for a retry", "paused", "parked on a child", "waiting for a child", "behind a queued message");

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Cancel_AtEachPoint_EndsTheRunOnce(string point)
    {
        var never = new TaskCompletionSource();
        var time = new ManualTimeProvider();
        var script = ScriptFor(point, never.Task);
        await using var engine = await Engine.StartAsync(
            script.Play, time: time, settings: [("Limits:MaxConcurrentRuns", point == "pending" ? "1" : "8")]);
        var blocker = point is "pending" or "dependency" ? await engine.CreateAsync("Block") : null;
        var task = await engine.CreateAsync("Work", command => point switch
        {
            "delayed" => command with { DelayUntil = time.GetUtcNow().AddHours(1) },
            "dependency" => command with { DependsOn = [new TaskDependency(blocker!.Id)] },
            "waiting for a retry" => command with { MaxAttempts = 3 },
            _ => command,
        });
        await ReachAsync(engine, task.Id, point);

        var receipt = await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        var calls = engine.Model.Calls.Count;
        var ended = await engine.WaitForAsync(task.Id, row => row.Status.IsTerminal());

        Assert.True(receipt.CancelledCount >= 1);
        Assert.Equal(AgentTaskStatus.Cancelled, ended.Status);
        Assert.Equal(calls, engine.Model.Calls.Count);
        Assert.Equal("Cancelled by you.", ended.ReasonText);
        Assert.NotNull(ended.Stop);
        Assert.NotNull(ended.Stop.AcknowledgedAt);
        Assert.NotNull(ended.Stop.StoppedAt);
        Assert.Equal(0, ended.Stop.CallsAfter);
        var events = (await engine.Reader.ListEventsAsync(task.Id, 0, 500)).Select(@event => @event.Data).ToList();
        Assert.Single(events.OfType<StatusData>(), status => status.Status.IsTerminal());
        Assert.All(events.OfType<RunData>().Where(run => run.Outcome is not null).GroupBy(run => run.RunId), run => Assert.Single(run));
        Assert.Equal(ended.RunCount, events.OfType<RunData>().Count(run => run.Outcome is not null));
        Assert.Equal(events.OfType<ToolUseData>().Count(), events.OfType<ToolResultData>().Count());
        if (blocker is not null) await engine.Tasks.CancelAsync(blocker.Id, CancelScope.Task, "you");
        await Eventually.TrueAsync(() => ((RunSlots)engine.Services.GetService(typeof(RunSlots))!).Busy == 0);
        Assert.Equal("task_terminal", (await Assert.ThrowsAsync<RefusedException>(() => engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you"))).Code);
    }

    private static AgentScript ScriptFor(string point, Task never) => (point switch
    {
        "while it streams" => new AgentScript().For("Work", (_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never, token)),
        "behind a queued message" => new AgentScript().For("Work", (_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never, token)),
        "paused" => new AgentScript().For("Work", (_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never, token)),
        "in a rate limit" => new AgentScript().For("Work", (_, observer, token) => LimitedAsync(observer, token)),
        "in a tool" => new AgentScript().For("Work", Calls(Call("wait", ("seconds", 600)))),
        "in two tools" => new AgentScript().For("Work", Calls(Call("wait", ("seconds", 600)), Call("wait", ("seconds", 601)))),
        "between tool and model" => new AgentScript().For("Work", Calls(Call("calculate", ("expression", "1+1"))), SaysAfter(never, "x")),
        "waiting for a retry" => new AgentScript().For("Work", (_, _, _) => throw new ProviderException(ProviderException.Unavailable, "Not there.", retryable: true)),
        "parked on a child" => new AgentScript().For("Work", Calls(Call("spawn_task", ("message", "Child"))), Says("Waiting.")),
        "waiting for a child" => new AgentScript().For("Work", Calls(Call("spawn_task", ("message", "Child"))), Calls(Call("wait_for_tasks"))),
        _ => new AgentScript().For("Work", SaysAfter(never, "x")),
    }).For("Child", SaysAfter(never, "x")).For("Block", SaysAfter(never, "x"));

    private static async Task ReachAsync(Engine engine, string taskId, string point)
    {
        switch (point)
        {
            case "delayed":
                break;
            case "pending" or "dependency":
                // That of the task that holds it up, so that none comes while it is cancelled.
                await Eventually.TrueAsync(() => engine.Model.Calls.Count == 1);
                break;
            case "before the first token":
                await Eventually.TrueAsync(() => !engine.Model.Calls.IsEmpty);
                break;
            case "between tool and model":
                await Eventually.TrueAsync(() => engine.Model.Calls.Count == 2);
                break;
            case "in a rate limit":
                await engine.WaitForAsync(taskId, task => task.Reason == ReasonCodes.RateLimit);
                break;
            case "in a tool" or "in two tools":
                await engine.WaitForAsync(taskId, task => task.Reason == ReasonCodes.Tool);
                break;
            case "waiting for a retry":
                await engine.WaitForAsync(taskId, task => task.Reason == ReasonCodes.Retry);
                break;
            case "parked on a child" or "waiting for a child":
                await engine.WaitForAsync(taskId, task => task.Reason == ReasonCodes.Subtasks);
                break;
            case "behind a queued message":
                await engine.WatchUntilAsync(taskId, frame => frame is DeltaFrame);
                await engine.Tasks.SendMessageAsync(taskId, new SendMessage("And then?"));
                break;
            case "paused":
                await engine.WatchUntilAsync(taskId, frame => frame is DeltaFrame);
                await engine.Tasks.PauseAsync(taskId);
                await engine.Tasks.SendMessageAsync(taskId, new SendMessage("Stop that", MessageMode.Interrupt));
                await engine.WaitForAsync(taskId, task => task.Reason == ReasonCodes.Paused);
                break;
            default:
                await engine.WatchUntilAsync(taskId, frame => frame is DeltaFrame);
                break;
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> LimitedAsync(
        IModelCallObserver observer, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await observer.RetryingAsync(new ModelRetry(2, DateTimeOffset.UtcNow.AddHours(1), RateLimited: true, "Too many."), cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }
}
