using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.SelfCheck;

/// <summary>Each invariant is broken by hand, seen as broken, and where that is safe put right.</summary>
public sealed class WatchdogTests
{
    [Fact]
    public async Task Check_OfAHealthyEngine_FindsEveryInvariantOk()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)));
        var parent = await engine.CreateAsync("Run");
        await engine.WaitForAsync(parent.Id, AgentTaskStatus.Running);
        await engine.CreateAsync("Wait for it", command => command with { DependsOn = [new TaskDependency(parent.Id)] });
        await engine.CreateAsync("Later", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });

        await CheckAsync(engine);
        var report = await CheckAsync(engine);

        Assert.All(report.Invariants, invariant => Assert.True(invariant.Status == InvariantStatus.Ok, $"{invariant.Key}: {string.Join(' ', invariant.Findings)}"));
        Assert.True(report.Healthy);
        gate.SetResult();
    }

    [Fact]
    public async Task Check_OfARunningTaskWithoutAnOwner_TurnsRedAndLetsItGoOn()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token))
            .Then((_, _, _) => ScriptedModelProvider.Say("Again")));
        var task = await engine.CreateAsync("Run");
        await engine.WatchUntilAsync(task.Id, frame => frame is Core.Events.DeltaFrame);

        // As if the end of the run could not be written.
        var runs = engine.Services.GetRequiredService<LiveRunTable>();
        var run = runs.Find(task.Id)!;
        runs.Remove(run);
        Assert.True((await CheckAsync(engine)).Healthy);
        var report = await CheckAsync(engine);

        var broken = report.Invariants.Single(invariant => invariant.Key == "owner");
        Assert.Equal(InvariantStatus.Failing, broken.Status);
        Assert.Contains(task.Id, broken.Findings.Single(), StringComparison.Ordinal);
        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(2, done.RunCount);
        Assert.Equal(1, report.Counters.Repairs);

        // What the lost run still says comes too late.
        gate.SetResult();
        await run.Settled.WaitAsync(Engine.Bound);
        Assert.Equal(done.Version, (await engine.Reader.FindAsync(task.Id))!.Version);
        Assert.Equal(1, engine.Services.GetRequiredService<ISelfCheck>().Current.Counters.StaleWrites);
        Assert.True((await CheckAsync(engine)).Healthy);
    }

    [Fact]
    public async Task Check_OfAPendingTaskThatNobodyQueued_TurnsRedAndQueuesIt()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["x"], gate.Task, token)), settings: ("Limits:MaxConcurrentRuns", "1"));
        var first = await engine.CreateAsync("First");
        var second = await engine.CreateAsync("Second");
        engine.Services.GetRequiredService<RunSlots>().Withdraw(second.Id);

        await CheckAsync(engine);
        var report = await CheckAsync(engine);

        Assert.Equal(InvariantStatus.Failing, report.Invariants.Single(invariant => invariant.Key == "pending").Status);
        gate.SetResult();
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        Assert.True((await CheckAsync(engine)).Healthy);
        Assert.Equal(AgentTaskStatus.Completed, (await engine.Reader.FindAsync(first.Id))!.Status);
    }

    [Fact]
    public async Task Check_WhenTheLeaseRanOut_TurnsRed()
    {
        var time = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(time: time);
        Assert.True((await CheckAsync(engine)).Healthy);

        // The clock jumps without timers, as after a sleep.
        time.Jump(RunOwner.Lease + TimeSpan.FromSeconds(1));
        var report = await CheckAsync(engine);

        Assert.Contains("lease", report.Invariants.Single(invariant => invariant.Key == "owner").Findings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhileTheStoreCannotBeWritten_TurnsRedAndSaysWhy()
    {
        await using var engine = await Engine.StartAsync(time: new ManualTimeProvider());
        engine.Store.Writer.Health.CommitFailed("The disk is full.");

        var report = await CheckAsync(engine);

        Assert.StartsWith("The disk is full.", report.Invariants.Single(invariant => invariant.Key == "store").Findings.Single(), StringComparison.Ordinal);
        engine.Store.Writer.Health.CommitSucceeded(1);
        Assert.True((await CheckAsync(engine)).Healthy);
    }

    [Fact]
    public async Task Check_RunsByItselfEveryFifteenSeconds()
    {
        var time = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(time: time);
        var check = engine.Services.GetRequiredService<ISelfCheck>();
        var changed = new TaskCompletionSource();
        check.Changed += () => changed.TrySetResult();
        Assert.Equal(InvariantStatus.NotChecked, check.Current.Invariants[0].Status);

        // In two steps, with what the first one writes on disk before the second: a commit would seem to hang if the clock leapt under it.
        time.Advance(TimeSpan.FromSeconds(14));
        await engine.CreateAsync("Later", command => command with { DelayUntil = time.GetUtcNow().AddHours(1) });
        Assert.Equal(InvariantStatus.NotChecked, check.Current.Invariants[0].Status);
        time.Advance(TimeSpan.FromSeconds(1));
        await changed.Task.WaitAsync(Engine.Bound);

        Assert.All(check.Current.Invariants, invariant => Assert.Equal(InvariantStatus.Ok, invariant.Status));
    }

    private static Task<SelfCheckReport> CheckAsync(Engine engine) => engine.Services.GetRequiredService<ISelfCheck>().CheckAsync();
}
