using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>A server that refuses what finds no slot.</summary>
public sealed class BackpressureTests : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private Engine engine = null!;

    public async Task InitializeAsync() => engine = await Engine.StartAsync(
        new AgentScript().For("Work", SaysAfter(gate.Task, "Done.")).For("Ended", Says("Done.")).Play,
        settings: [("Limits:MaxConcurrentRuns", "4"), ("Limits:Backpressure", "Reject")]);

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Create_InParallelBeyondTheSlots_IsRefusedAndLeavesNoRow()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Run(() => TryAsync(() => engine.CreateAsync($"Work {number}")))));

        Assert.Equal(4, outcomes.Count(refused => refused is null));
        Assert.All(outcomes.OfType<RefusedException>(), refused => Assert.Equal((RefusalKind.TooMany, "no_slot"), (refused.Kind, refused.Code)));
        Assert.Equal(4, engine.Reader.Counts.Total);
        Assert.Equal(4, (await engine.Reader.ListAsync(new TaskQuery())).Items.Count);

        gate.SetResult();
        await engine.WaitForCountAsync(AgentTaskStatus.Completed, 4);
        await Eventually.TrueAsync(() => Busy == 0);
        await engine.CreateAsync("Ended");
    }

    [Fact]
    public async Task Create_ThatIsARepeat_IsAnsweredAlsoWithoutASlot()
    {
        var keyed = (await engine.CreateAsync("Work with a key", command => command with { IdempotencyKey = "key" })).Id;
        var order = (await engine.CreateAsync("Work once", command => command with { AllowDuplicates = false })).Id;
        await FillAsync(2);

        Assert.Equal(keyed, (await engine.CreateAsync("Work with a key", command => command with { IdempotencyKey = "key" })).Id);
        Assert.Equal(order, (await engine.CreateAsync("Work once", command => command with { AllowDuplicates = false })).Id);
    }

    [Fact]
    public async Task Create_OfWhatWaitsForSomethingElse_IsStoredAlsoWithoutASlot_AndQueuesWhenThatHasCome()
    {
        var first = await engine.CreateAsync("Work 0");
        await FillAsync(3);

        var after = await engine.CreateAsync("Ended after", command => command with { DependsOn = [new TaskDependency(first.Id)] });
        await engine.CreateAsync("Ended later", command => command with { DelayUntil = DateTimeOffset.UtcNow.AddDays(1) });
        gate.SetResult();

        await engine.WaitForAsync(after.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Create_AfterWhatHasEnded_NeedsASlotLikeAnyOther()
    {
        var ended = await engine.CreateAsync("Ended");
        await engine.WaitForAsync(ended.Id, AgentTaskStatus.Completed);
        await Eventually.TrueAsync(() => Busy == 0);
        await FillAsync(4);

        var refused = await TryAsync(() => engine.CreateAsync("Ended too", command => command with { DependsOn = [new TaskDependency(ended.Id)] }));

        Assert.Equal("no_slot", refused?.Code);
    }

    [Fact]
    public async Task Message_ToATaskThatHasEnded_IsRefusedWithoutASlot_AndChangesNothing()
    {
        var ended = await engine.CreateAsync("Ended");
        var done = await engine.WaitForAsync(ended.Id, AgentTaskStatus.Completed);
        await Eventually.TrueAsync(() => Busy == 0);
        await FillAsync(4);

        Assert.Equal("no_slot", (await TryAsync(() => engine.Tasks.SendMessageAsync(ended.Id, new SendMessage("More"))))?.Code);

        Assert.Equal(done.Version, (await engine.Reader.FindAsync(ended.Id))!.Version);
        Assert.Equal(2, (await engine.Reader.ListMessagesAsync(ended.Id, 0, 10)).Count);
    }

    private int Busy => engine.Services.GetRequiredService<RunSlots>().Busy;

    private async Task FillAsync(int count)
    {
        for (var number = 0; number < count; number++) await engine.CreateAsync($"Work to fill {number}");
        Assert.Equal("no_slot", (await TryAsync(() => engine.CreateAsync("Work too much")))?.Code);
    }

    private static async Task<RefusedException?> TryAsync<TResult>(Func<Task<TResult>> verb)
    {
        try
        {
            await verb();
            return null;
        }
        catch (RefusedException refused)
        {
            return refused;
        }
    }
}
