using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.ViewModels;

public class RenderThrottleTests
{
    private readonly ManualTimeProvider time = new();
    private int calls;

    private RenderThrottle Create(Func<Task>? action = null) => new(time, NullLogger.Instance, action ?? (() =>
    {
        Interlocked.Increment(ref calls);
        return Task.CompletedTask;
    }));

    [Fact]
    public async Task Request_AfterAQuietTime_CallsAtOnce()
    {
        using var throttle = Create();
        throttle.Request();
        await Eventually.TrueAsync(() => calls == 1);
    }

    [Fact]
    public async Task Request_ManyWithinTheInterval_CallOnceMoreAtItsEnd()
    {
        using var throttle = Create();
        throttle.Request();
        await Eventually.TrueAsync(() => calls == 1);
        for (var index = 0; index < 100; index++) throttle.Request();
        await time.WaitForTimersAsync();
        time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Equal(1, calls);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Request_WhileTheActionIsAtWork_CallsAgainAfterwards_NeverTwoAtOnce()
    {
        var release = new TaskCompletionSource();
        var atOnce = 0;
        using var throttle = Create(async () =>
        {
            Assert.Equal(1, Interlocked.Increment(ref atOnce));
            Interlocked.Increment(ref calls);
            await release.Task;
            Interlocked.Decrement(ref atOnce);
        });
        throttle.Request();
        await Eventually.TrueAsync(() => calls == 1);
        throttle.Request();
        Assert.Equal(0, time.ArmedTimers);
        release.SetResult();
        await time.WaitForTimersAsync();
        time.Advance(RenderThrottle.DefaultInterval);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Request_AfterAnActionThatFailed_CallsAgain()
    {
        using var throttle = Create(() => Interlocked.Increment(ref calls) == 1 ? throw new InvalidOperationException("Once.") : Task.CompletedTask);
        throttle.Request();
        await Eventually.TrueAsync(() => calls == 1);
        throttle.Request();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(RenderThrottle.DefaultInterval);
            return calls == 2;
        });
    }

    [Fact]
    public void Request_AfterDispose_DoesNothing()
    {
        var throttle = Create();
        throttle.Dispose();
        throttle.Request();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, calls);
    }
}
