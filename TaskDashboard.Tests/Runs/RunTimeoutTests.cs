using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>How long a run may take, and which time counts.</summary>
public sealed class RunTimeoutTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider time = new();
    private int over;

    [Fact]
    public void Time_ThatIsHeld_DoesNotCount()
    {
        using var timeout = new RunTimeout(Limit, time, () => over++);
        time.Advance(TimeSpan.FromSeconds(6));
        timeout.Hold();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, over);

        timeout.Continue();
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, over);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, over);
    }

    [Fact]
    public void HoldAndContinue_Twice_CountOnce()
    {
        using var timeout = new RunTimeout(Limit, time, () => over++);
        timeout.Continue();
        timeout.Hold();
        time.Advance(TimeSpan.FromSeconds(5));
        timeout.Hold();
        timeout.Continue();
        time.Advance(TimeSpan.FromSeconds(4));
        timeout.Continue();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, over);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, over);
    }

    [Fact]
    public async Task TaskThatAPersonHolds_DoesNotRunIntoItsTimeout_AndGoesOnWithWhatIsLeft()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Hold", (_, _, token) => ScriptedModelProvider.CallAfter(first.Task, token), SaysAfter(second.Task, "Never.")).Play, time: time);
        var task = await engine.CreateAsync("Hold", command => command with { TimeoutS = 10 });
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);
        await engine.Tasks.PauseAsync(task.Id);
        first.SetResult();
        await engine.WaitForAsync(task.Id, one => one.Reason == ReasonCodes.Paused);

        time.Advance(6 * Limit);
        await engine.Tasks.ResumeAsync(task.Id);
        var running = await engine.WaitForAsync(task.Id, AgentTaskStatus.Running);
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == 2);
        time.Advance(Limit);

        Assert.Equal(1, running.RunCount);
        Assert.Equal(ReasonCodes.Timeout, (await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed)).Reason);
    }

    [Fact]
    public async Task TaskThatHasWaitedForOthers_StillRunsIntoItsTimeout()
    {
        var (child, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var engine = await Engine.StartAsync(
            new AgentScript()
                .For("Lead", Calls(Call("spawn_task", ("message", "Help"))), Calls(Call("wait_for_tasks")), SaysAfter(never.Task, "Never."))
                .For("Help", SaysAfter(child.Task, "Helped.")).Play,
            time: time);
        var task = await engine.CreateAsync("Lead", command => command with { TimeoutS = 10 });
        await engine.WaitForAsync(task.Id, one => one.Reason == ReasonCodes.Subtasks);
        child.SetResult();
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == 4);

        time.Advance(Limit);

        Assert.Equal(ReasonCodes.Timeout, (await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed)).Reason);
    }

    [Fact]
    public void TimeOfAPerson_DoesNotCount_AsLongAsNothingElseOfTheRunIsAtWork()
    {
        var run = new LiveRun("task_1", "run_1", RunCause.Start, ReadyMadeAgents.All(DateTimeOffset.UnixEpoch)[0]);
        run.StopAfter(new RunBound<int>((int)Limit.TotalSeconds, "the task's"), time);
        var round = run.BeginCalls(2);
        Assert.False(run.BeginWait());
        Assert.True(run.BeginWait(["task_2"]));
        time.Advance(Limit - TimeSpan.FromSeconds(1));
        run.EndWait(["task_2"]);

        Assert.True(run.EndToolCall(round));
        time.Advance(Limit);
        Assert.Null(run.Stop);

        run.EndWait();
        run.ContinueTimeout();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RunStopKind.Timeout, run.Stop?.Kind);
    }
}
