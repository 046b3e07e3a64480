namespace TaskDashboard.Tests.Fakes;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task Delay_EndsOnlyWhenItsTimeHasCome()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(5), time);

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(delay.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, time.ArmedTimers);
    }

    [Fact]
    public void Advance_FiresInOrderOfDueTime_EachAtItsOwnTime()
    {
        var start = time.GetUtcNow();
        var fired = new List<(string Name, TimeSpan At)>();
        using var late = time.CreateTimer(_ => fired.Add(("late", time.GetUtcNow() - start)), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var periodic = time.CreateTimer(_ => fired.Add(("tick", time.GetUtcNow() - start)), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("tick", TimeSpan.FromSeconds(2)), ("late", TimeSpan.FromSeconds(3)), ("tick", TimeSpan.FromSeconds(4))], fired);
        Assert.Equal(TimeSpan.FromSeconds(5), time.GetUtcNow() - start);
    }

    [Fact]
    public async Task CancelAfter_AndPeriodicTimer_FollowTheClock()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMinutes(1), time);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30), time);

        time.Advance(TimeSpan.FromSeconds(30));

        Assert.True(await timer.WaitForNextTickAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(source.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    public async Task WaitForTimers_CompletesWhenTheCodeBeginsToWait()
    {
        var waiting = time.WaitForTimersAsync();
        Assert.False(waiting.IsCompleted);

        var delay = Task.Delay(TimeSpan.FromHours(1), time);

        await waiting;
        time.Advance(TimeSpan.FromHours(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task TimerOfZero_FiresAtOnce()
    {
        var fired = new TaskCompletionSource();
        using var timer = time.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void DisposedTimer_NeverFires()
    {
        var timer = time.CreateTimer(_ => Assert.Fail("fired"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
    }
}
