using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>A slot belongs to one run that is there, whoever hands it out and whatever ends meanwhile.</summary>
public sealed class SlotRaceTests
{
    private readonly AgentDefinition agent = ReadyMadeAgents.All(DateTimeOffset.UnixEpoch)[0];

    [Fact]
    public void SlotForARunThatIsOver_IsNotTaken()
    {
        var slots = Open(1);
        var run = new LiveRun("task_1", "run_1", RunCause.Start, agent);
        Assert.True(slots.TryEnter(run));
        Assert.False(slots.TryEnter(run));

        slots.YieldForGood(run);

        Assert.False(slots.TryEnter(run));
        Assert.Equal(0, slots.Busy);
    }

    [Fact]
    public async Task TurnOfARunThatIsOver_GoesToTheNext()
    {
        var slots = Open(1);
        var (gone, busy) = (new LiveRun("task_1", "run_1", RunCause.Start, agent), new LiveRun("task_2", "run_2", RunCause.Start, agent));
        Assert.True(slots.TryEnter(busy));
        var regaining = slots.RegainAsync(Builders.ATask.With() with { Id = "task_1", AgentId = agent.Id }, gone, CancellationToken.None);
        slots.YieldForGood(gone);

        slots.Yield(busy);
        await regaining.WaitAsync(Engine.Bound);

        Assert.Equal((0, 0), (slots.Busy, slots.QueueLength));
    }

    [Fact]
    public async Task ResumeAndCancel_AtTheSameTime_LoseNoSlot()
    {
        const int Together = 4;
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(
            model => model.Always((_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token)), settings: ("Limits:MaxConcurrentRuns", "4"));
        for (var round = 0; round < 20; round++)
        {
            gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var tasks = new List<AgentTask>();
            for (var number = 0; number < Together; number++) tasks.Add(await engine.CreateAsync($"Hold {round} {number}"));
            foreach (var task in tasks) await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);
            foreach (var task in tasks) await engine.Tasks.PauseAsync(task.Id);
            gate.SetResult();
            foreach (var task in tasks) await engine.WaitForAsync(task.Id, one => one.Reason == ReasonCodes.Paused);

            await Task.WhenAll(tasks.SelectMany(task => new[] { Task.Run(() => ResumeAsync(engine, task.Id)), Task.Run(() => engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you")) }));

            foreach (var task in tasks) await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        }

        var slots = engine.Services.GetRequiredService<RunSlots>();
        await Eventually.TrueAsync(() => slots.Busy == 0);
    }

    [Fact]
    public async Task Interrupt_WhileARunWaitsForItsRateLimit_WaitsForASlotLikeEverybody()
    {
        var next = new TaskCompletionSource();
        var asked = 0;
        await using var engine = await Engine.StartAsync(
            new AgentScript()
                .For("Limited", (_, observer, token) => Interlocked.Increment(ref asked) == 1 ? LimitedAsync(observer, token) : ScriptedModelProvider.Say("Done."))
                .For("Next", SaysAfter(next.Task, "Done.")).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));
        var slots = engine.Services.GetRequiredService<RunSlots>();
        var limited = await engine.CreateAsync("Limited");
        await engine.WaitForAsync(limited.Id, task => task.Reason == ReasonCodes.RateLimit);
        var other = await engine.CreateAsync("Next");
        await engine.WaitForAsync(other.Id, AgentTaskStatus.Running);

        await engine.Tasks.SendMessageAsync(limited.Id, new SendMessage("Never mind the limit", MessageMode.Interrupt));
        await Eventually.TrueAsync(() => slots.IsQueued(limited.Id));

        Assert.Equal((1, 1), (asked, slots.Busy));
        next.SetResult();
        Assert.Equal(1, (await engine.WaitForAsync(limited.Id, AgentTaskStatus.Completed)).RunCount);
        Assert.Equal(2, asked);
        await Eventually.TrueAsync(() => slots.Busy == 0);
    }

    private static RunSlots Open(int slots)
    {
        var open = new RunSlots(Options.Create(new DashboardOptions { Limits = new LimitOptions { MaxConcurrentRuns = slots } }));
        open.Open();
        return open;
    }

    private static async Task ResumeAsync(Engine engine, string taskId)
    {
        try
        {
            await engine.Tasks.ResumeAsync(taskId);
        }
        catch (RefusedException refused) when (refused.Code == "not_paused")
        {
            // The cancel was first.
        }
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> LimitedAsync(IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await observer.RetryingAsync(new ModelRetry(2, DateTimeOffset.UtcNow.AddSeconds(30), RateLimited: true, "Too many requests."), cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    [Fact]
    public void Wake_ReachesEverybodyWhoBeganToLookBeforeIt_AndNobodyLater()
    {
        var run = new LiveRun("task_1", "run_1", RunCause.Start, agent);
        var (first, second) = (run.WhenWoken(), run.WhenWoken());
        run.Wake(interrupts: false);
        var later = run.WhenWoken();

        Assert.True(first.IsCompleted && second.IsCompleted);
        Assert.False(later.IsCompleted);
        run.RequestLeave();
        run.Wake(interrupts: false);
        Assert.True(later.IsCompleted && run.WhenWoken().IsCompleted);
    }

    [Fact]
    public void CallThatWasLeftBehind_IsNotCountedInTheRoundAfterIt()
    {
        var slots = Open(1);
        var run = new LiveRun("task_1", "run_1", RunCause.Start, agent);
        Assert.True(slots.TryEnter(run));
        var left = run.BeginCalls(1);
        var round = run.BeginCalls(2);
        Assert.False(run.BeginWait());

        Assert.False(run.EndToolCall(left));
        slots.YieldWhileWaiting(run);

        Assert.True(run.HoldsSlot);
        Assert.True(run.EndToolCall(round));
    }
}
