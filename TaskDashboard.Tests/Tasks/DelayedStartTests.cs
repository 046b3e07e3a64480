using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Tasks that are not to start before a time, by a clock that may be set forwards and backwards under them.</summary>
public sealed class DelayedStartTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task DelayedTask_StartsWhenItsTimeHasCome_AndNotBefore()
    {
        await using var engine = await Engine.StartAsync(time: time);
        var task = await CreateAsync(engine, Hour);
        Assert.Equal((AgentTaskStatus.Pending, ReasonCodes.Delayed, "It was asked to start at 2026-01-01 01:00:00 UTC."), (task.Status, task.Reason, task.ReasonText));
        Assert.Equal(time.GetUtcNow() + Hour, task.DueAt);

        time.Advance(Hour - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ReasonCodes.Delayed, (await SettledAsync(engine, task)).Reason);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Time_BetweenTwoMilliseconds_DoesNotKeepTheTaskWaiting()
    {
        await using var engine = await Engine.StartAsync(time: time);
        var task = await CreateAsync(engine, Hour + TimeSpan.FromMicroseconds(300));

        time.Advance(Hour + TimeSpan.FromMicroseconds(300));

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(0)]
    public async Task Time_ThatHasPassed_MeansAtOnce(int seconds)
    {
        await using var engine = await Engine.StartAsync(time: time);

        var task = await CreateAsync(engine, TimeSpan.FromSeconds(seconds));

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Reason_IsToldInUtc_WhateverTheOffsetOfTheRequest()
    {
        await using var engine = await Engine.StartAsync(time: time);

        var task = await engine.CreateAsync("Later", command => command with { DelayUntil = new DateTimeOffset(2026, 1, 2, 8, 30, 0, TimeSpan.FromHours(5)) });

        Assert.Equal("It was asked to start at 2026-01-02 03:30:00 UTC.", task.ReasonText);
    }

    [Fact]
    public async Task Clock_ThatIsSetForwards_MakesTheTaskDueAtTheNextLook()
    {
        await using var engine = await Engine.StartAsync(time: time);
        var task = await CreateAsync(engine, Hour);

        time.Jump(Hour);
        Assert.Equal(ReasonCodes.Delayed, (await SettledAsync(engine, task)).Reason);
        time.Advance(TimeSpan.FromSeconds(15)); // The watchdog's look.

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Clock_ThatIsSetBackwards_KeepsTheTaskUntilItSaysTheTimeAgain()
    {
        await using var engine = await Engine.StartAsync(time: time);
        var task = await CreateAsync(engine, Hour);

        time.Jump(-Hour / 2);
        time.Advance(Hour);
        Assert.Equal(ReasonCodes.Delayed, (await SettledAsync(engine, task)).Reason);
        time.Advance(Hour / 2);

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task DelayAndDependency_AreBothWaitedFor_WhicheverComesLast()
    {
        var (early, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Early", SaysAfter(early.Task, "Done.")).For("Late", SaysAfter(late.Task, "Done.")).For("Then", Says("Now.")).Play, time: time);
        var afterEarly = await CreateAsync(engine, Hour, (await engine.CreateAsync("Early")).Id);
        var afterLate = await CreateAsync(engine, Hour, (await engine.CreateAsync("Late")).Id);
        Assert.Equal((ReasonCodes.Dependency, null), (afterEarly.Reason, afterEarly.DueAt));

        early.SetResult();
        var delayed = await engine.WaitForAsync(afterEarly.Id, task => task.Reason == ReasonCodes.Delayed);
        Assert.Equal(time.GetUtcNow() + Hour, delayed.DueAt);
        time.Advance(Hour);
        await engine.WaitForAsync(afterEarly.Id, AgentTaskStatus.Completed);
        Assert.Equal(ReasonCodes.Dependency, (await engine.Reader.FindAsync(afterLate.Id))!.Reason);
        late.SetResult();

        await engine.WaitForAsync(afterLate.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Cancel_OfADelayedTask_EndsItAtOnce_AndItsTimeDoesNotStartIt()
    {
        await using var engine = await Engine.StartAsync(time: time);
        var task = await CreateAsync(engine, Hour);

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you");
        Assert.False(engine.Services.GetRequiredService<DueTimes>().Contains(task.Id));
        time.Advance(2 * Hour);

        var cancelled = await SettledAsync(engine, task);
        Assert.Equal((AgentTaskStatus.Cancelled, 0), (cancelled.Status, cancelled.RunCount));
    }

    [Fact]
    public async Task Restart_WhileItIsDelayed_KeepsItsTime_AndOneThatPassedMeanwhileStartsAtOnce()
    {
        await using var engine = await Engine.StartAsync(time: time);
        var near = await CreateAsync(engine, Hour);
        var far = await CreateAsync(engine, 3 * Hour);

        time.Jump(2 * Hour); // Nobody is there to notice: the process is gone.
        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill(), time: time);

        await next.WaitForAsync(near.Id, AgentTaskStatus.Completed);
        Assert.Equal((ReasonCodes.Delayed, far.DueAt), ((await next.Reader.FindAsync(far.Id))!.Reason, (await next.Reader.FindAsync(far.Id))!.DueAt));
        time.Advance(Hour);
        await next.WaitForAsync(far.Id, AgentTaskStatus.Completed);
    }

    private Task<AgentTask> CreateAsync(Engine engine, TimeSpan delay, params string[] after) => engine.CreateAsync(
        "Then", command => command with { DelayUntil = time.GetUtcNow() + delay, DependsOn = [.. after.Select(id => new TaskDependency(id))] });

    /// <summary>The task once everything that was asked of the store before has happened.</summary>
    private static async Task<AgentTask> SettledAsync(Engine engine, AgentTask task)
    {
        await engine.Tasks.UpdateAsync(task.Id, new UpdateTask { Title = "Looked at" });
        return (await engine.Reader.FindAsync(task.Id))!;
    }
}
