using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Storage;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

public sealed class IdempotencyKeyExpiryTests : IDisposable
{
    private readonly BareStore bare = new();
    private readonly ManualTimeProvider clock = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public async Task Keys_OlderThanSevenDays_GoAtTheStart_HoweverMany()
    {
        await InsertAsync("old", 1200, clock.GetUtcNow() - TimeSpan.FromDays(7.01));
        await InsertAsync("young", 30, clock.GetUtcNow() - TimeSpan.FromDays(6.99));
        using var expiry = NewExpiry();

        await expiry.StartAsync(CancellationToken.None);

        await Eventually.TrueAsync(() => Count == 30);
        await expiry.StopAsync(CancellationToken.None);
        Assert.Equal(30L, bare.Other.Execute("SELECT count(*) FROM idempotency_keys WHERE id LIKE 'young%'"));
    }

    [Fact]
    public async Task Keys_ThatBecomeOldMeanwhile_GoWithinTheHour()
    {
        await InsertAsync("key", 1, clock.GetUtcNow());
        using var expiry = NewExpiry();
        await expiry.StartAsync(CancellationToken.None);
        await clock.WaitForTimersAsync();

        clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(1, Count);
        clock.Advance(TimeSpan.FromHours(1));

        await Eventually.TrueAsync(() => Count == 0);
        await expiry.StopAsync(CancellationToken.None);
    }

    private long Count => (long)bare.Other.Execute("SELECT count(*) FROM idempotency_keys")!;

    private IdempotencyKeyExpiry NewExpiry() => new(bare.Store, clock, NullLogger<IdempotencyKeyExpiry>.Instance);

    private Task<int> InsertAsync(string prefix, int count, DateTimeOffset madeAt) => bare.Store.Writer.EnqueueAsync(batch =>
    {
        for (var number = 0; number < count; number++) batch.Statements.InsertKey($"{prefix}_{number}", "task_none", "print", madeAt);
        return count;
    });
}
