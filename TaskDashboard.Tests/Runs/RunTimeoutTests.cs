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
}
