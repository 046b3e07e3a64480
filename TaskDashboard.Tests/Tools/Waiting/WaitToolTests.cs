using Microsoft.Extensions.AI;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Waiting;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Tools.Waiting;

public sealed class WaitToolTests
{
    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task Wait_EndsWhenTheTimeHasPassed()
    {
        var call = CallAsync(90);
        await time.WaitForTimersAsync();

        time.Advance(TimeSpan.FromSeconds(89.9));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("Waited 90 s.", await call.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task CancelledWait_EndsAtOnce()
    {
        using var cancellation = new CancellationTokenSource();
        var call = CallAsync(3_600, cancellation.Token);
        await time.WaitForTimersAsync();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, time.ArmedTimers);
    }

    [Fact]
    public async Task WaitOfNothing_ReturnsAtOnce() => Assert.Equal("Waited 0 s.", await CallAsync(0));

    [Theory]
    [InlineData(-1)]
    [InlineData(3_600.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task TimeOutOfRange_IsRefused(double seconds) =>
        Assert.Contains("from 0 to 3600", (await Assert.ThrowsAsync<ToolException>(() => CallAsync(seconds))).Message, StringComparison.Ordinal);

    private async Task<object?> CallAsync(double seconds, CancellationToken cancellationToken = default) =>
        await new WaitToolSource(time).Create(new("task_1", Path.GetTempPath())).Single().Function
            .InvokeAsync(new AIFunctionArguments { ["seconds"] = seconds }, cancellationToken);
}
