using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Runs;

public sealed class RetryPolicyTests
{
    private static readonly RunFailure Passing = new(ReasonCodes.Provider, null, "A cable.", Retryable: true);

    private readonly ManualTimeProvider time = new();

    [Fact]
    public void Delay_IsBetweenHalfOfItsStepAndTheWhole_AndNeverOverTheCap()
    {
        var cases =
            from attempt in Gen.Choose(1, 100)
            from seed in Gen.Choose(0, int.MaxValue)
            from first in Gen.Choose(1, 10_000)
            from factor in Gen.Choose(1, 1_000)
            select (Attempt: attempt, Seed: seed, First: first / 1000.0, Cap: first / 1000.0 * factor);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var delay = PolicyOf(one.First, one.Cap, one.Seed).Delay(one.Attempt);
            var step = Math.Min(one.Cap, one.First * Math.Pow(2, Math.Min(one.Attempt, 30) - 1));
            return delay.TotalSeconds <= one.Cap + Rounding && delay.TotalSeconds <= step + Rounding && delay.TotalSeconds >= (step / 2) - Rounding;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void DueTime_IsInsideTheCapToo_ToTheMillisecondThatIsStored()
    {
        var cases = from seed in Gen.Choose(0, int.MaxValue) from attempt in Gen.Choose(1, 99) select (Seed: seed, Attempt: attempt);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var task = ATask.With() with { Attempt = one.Attempt, MaxAttempts = 100 };
            var (due, _) = PolicyOf(2, 300, one.Seed).Next(task, Passing)!.Value;
            var wait = due - time.GetUtcNow();
            return wait <= TimeSpan.FromSeconds(300) && wait > TimeSpan.Zero && due.Ticks % TimeSpan.TicksPerMillisecond == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void Delays_OfManyTasks_AreNotTheSame()
    {
        var policy = PolicyOf(2, 300, seed: 7);

        var delays = Enumerable.Range(0, 100).Select(_ => policy.Delay(3)).ToList();

        Assert.True(delays.Distinct().Count() > 90);
        Assert.True(delays.Max() - delays.Min() > TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(1, 3, true, true)]
    [InlineData(2, 3, true, true)]
    [InlineData(3, 3, true, false)]
    [InlineData(1, 1, true, false)]
    [InlineData(1, 3, false, false)]
    public void Next_IsThereWhileAttemptsAreLeftAndTheFailureMayPass(int attempt, int maxAttempts, bool retryable, bool expected)
    {
        var next = PolicyOf(2, 300, seed: 1).Next(ATask.With() with { Attempt = attempt, MaxAttempts = maxAttempts }, Passing with { Retryable = retryable });

        Assert.Equal(expected, next is not null);
        if (next is { } retry) Assert.Matches($"^Attempt {attempt + 1} of {maxAttempts} starts at \\d\\d:\\d\\d:\\d\\d UTC\\. The last one failed: A cable\\.$", retry.Text);
    }

    private const double Rounding = 1e-6;

    private RetryPolicy PolicyOf(double first, double cap, int seed)
    {
        var limits = new LimitOptions { RetryDelaySeconds = first, MaxRetryDelaySeconds = cap };
        return new RetryPolicy(Options.Create(new DashboardOptions { Limits = limits }), time, new Random(seed));
    }
}
