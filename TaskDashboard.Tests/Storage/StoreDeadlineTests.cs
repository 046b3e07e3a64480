using Microsoft.Extensions.Logging;
using SQLitePCL;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

/// <summary>How long somebody who asks waits for a store that does not take it, and what is certain afterwards.</summary>
public sealed class StoreDeadlineTests : IDisposable
{
    /// <summary>The timer of the writer's pause between two tries; the only one when nobody waits.</summary>
    private const int Pause = 1;

    /// <summary>Beside it, the queue's watch over what somebody waits for.</summary>
    private const int PauseAndWatch = 2;

    private readonly BareStore bare = new();
    private readonly ManualResetEventSlim disk = new(true);
    private readonly SemaphoreSlim flushing = new(0);

    public void Dispose()
    {
        disk.Set();
        bare.Dispose();
        disk.Dispose();
        flushing.Dispose();
    }

    [Fact]
    public async Task LockedLongerThanAnybodyWaits_RefusesWhatIsAsked_NeverStoresIt_AndKeepsWhatIsOwned()
    {
        bare.Other.Lock();
        var asked = bare.WriteAsync("asked", WritePatience.WhileSomebodyWaits);
        var owned = bare.WriteAsync("owned", WritePatience.UntilWritten);
        await PassAsync(TimeSpan.FromSeconds(9), PauseAndWatch);
        Assert.False(asked.IsCompleted);

        await PassAsync(TimeSpan.FromSeconds(1), PauseAndWatch, Pause);
        await PassAsync(TimeSpan.FromSeconds(1), Pause);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => asked.WaitAsync(Engine.Bound));
        Assert.Equal((RefusalKind.Unavailable, "store_unavailable"), (refused.Kind, refused.Code));
        Assert.Equal("The store is locked by another program. Nothing was stored; try again in a moment.", refused.Message);
        for (var minute = 0; minute < 3; minute++) await PassAsync(TimeSpan.FromMinutes(1), Pause);
        Assert.False(owned.IsCompleted);
        bare.Other.LetGo();
        bare.Time.Advance(TimeSpan.FromSeconds(5));
        await owned.WaitAsync(Engine.Bound);
        Assert.Equal("owned", bare.Written);
    }

    [Fact]
    public async Task LateComer_WhileTheStoreIsLocked_GetsItsOwnTime()
    {
        bare.Other.Lock();
        var first = bare.WriteAsync("first", WritePatience.WhileSomebodyWaits);
        await PassAsync(TimeSpan.FromSeconds(6), PauseAndWatch);
        var second = bare.WriteAsync("second", WritePatience.WhileSomebodyWaits);

        await PassAsync(TimeSpan.FromSeconds(4), PauseAndWatch);
        await PassAsync(TimeSpan.FromSeconds(1), PauseAndWatch);
        await Assert.ThrowsAsync<RefusedException>(() => first.WaitAsync(Engine.Bound));
        Assert.False(second.IsCompleted);

        bare.Other.LetGo();
        bare.Time.Advance(TimeSpan.FromSeconds(4.5));
        await second.WaitAsync(Engine.Bound);
        Assert.Equal("second", bare.Written);
    }

    [Fact]
    public async Task LockedStore_WithNothingLeftToWrite_IsFoundAvailableAgain_AndSaysSoOnce()
    {
        bare.Other.Lock();
        var asked = bare.WriteAsync("asked", WritePatience.WhileSomebodyWaits);
        await PassAsync(TimeSpan.FromSeconds(10), PauseAndWatch, Pause);
        await PassAsync(TimeSpan.FromSeconds(1), Pause);
        await Assert.ThrowsAsync<RefusedException>(() => asked.WaitAsync(Engine.Bound));
        var failing = bare.Store.Health.Current;
        Assert.Equal((false, "The store is locked by another program."), (failing.IsAvailable, failing.Why));
        Assert.NotNull(failing.FailingSince);
        Assert.True(failing.FailedCommits >= 2);

        bare.Other.LetGo();
        bare.Time.Advance(TimeSpan.FromSeconds(5));

        await Eventually.TrueAsync(() => bare.Store.Health.Current.IsAvailable && bare.Logs.Lines.Any(line => line.Message.StartsWith("The store can", StringComparison.Ordinal)));
        Assert.Null(bare.Written);
        Assert.Collection(
            bare.Logs.Lines.Where(line => line.Level >= LogLevel.Warning),
            line => Assert.Equal("The store is locked by another program. What is to be written waits, and is tried again until the store takes it.", line.Message),
            line => Assert.StartsWith("The store can be written again, after 1", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task StoreThatIsFreeAgain_IsTriedByTheRealTimeToo_WhereTheClockStandsStill()
    {
        bare.Other.Lock();
        var owned = bare.WriteAsync("owned", WritePatience.UntilWritten);
        await Eventually.TrueAsync(() => bare.Store.Health.Current.FailedCommits > 0);
        bare.Other.LetGo();
        await owned.WaitAsync(Engine.Bound);
        Assert.Equal("owned", bare.Written);
    }

    [Fact]
    public async Task HangingCommit_RefusesWhatIsBehindIt_AndStoresWhatIsInIt()
    {
        await bare.Store.Writer.EnqueueAsync(batch =>
        {
            raw.sqlite3_commit_hook(batch.Database.Handle, _ => Flush(), null);
            return 0;
        });
        await flushing.WaitAsync(Engine.Bound);
        disk.Reset();
        var under = bare.WriteAsync("under", WritePatience.WhileSomebodyWaits);
        Assert.True(await flushing.WaitAsync(Engine.Bound));
        var behind = bare.WriteAsync("behind", WritePatience.WhileSomebodyWaits);
        var owned = bare.WriteAsync("owned", WritePatience.UntilWritten);
        Assert.Equal(2, bare.Store.Health.Current.QueueLength);

        bare.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("The disk does not answer: a commit has been under way for more than 5 seconds.", bare.Store.Health.Problem);
        Assert.False(behind.IsCompleted);
        bare.Time.Advance(TimeSpan.FromSeconds(5));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => behind.WaitAsync(Engine.Bound));
        Assert.Equal("store_unavailable", refused.Code);
        Assert.False(under.IsCompleted);

        disk.Set();

        await Task.WhenAll(under, owned).WaitAsync(Engine.Bound);
        Assert.Equal("under,owned", bare.Written);
        var status = bare.Store.Health.Current;
        Assert.Equal((true, TimeSpan.FromSeconds(11)), (status.IsAvailable, status.Commits.Max));
    }

    /// <summary>What the disk does at the end of a transaction, before anything of it is on disk.</summary>
    private int Flush()
    {
        flushing.Release();
        return disk.Wait(Engine.Bound) ? 0 : 1;
    }

    /// <summary>Lets time pass once the writer pauses, and waits until it has tried again and pauses anew.</summary>
    private async Task PassAsync(TimeSpan time, int timersBefore, int? timersAfter = null)
    {
        await bare.Time.WaitForTimersAsync(timersBefore);
        bare.Time.Advance(time);
        await bare.Time.WaitForTimersAsync(timersAfter ?? timersBefore);
    }
}
