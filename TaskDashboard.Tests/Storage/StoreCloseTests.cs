using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

/// <summary>The end of a process whose store cannot be written. The clock stands still: closing does not depend on it.</summary>
public sealed class StoreCloseTests : IDisposable
{
    private readonly BareStore bare = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public async Task ClosedWhileLocked_FailsWhatIsLeft_WithinABound_AndLogsIt()
    {
        bare.Other.Lock();
        var owned = bare.WriteAsync("owned", WritePatience.UntilWritten);
        var asked = bare.WriteAsync("asked", WritePatience.WhileSomebodyWaits);
        await Eventually.TrueAsync(() => !bare.Store.Health.Current.IsAvailable);
        var behind = bare.WriteAsync("behind", WritePatience.UntilWritten);

        await Task.Run(bare.Store.Dispose).WaitAsync(Engine.Bound);

        Assert.Equal(
            "The server ended before this could be written. The store is locked by another program.",
            (await Assert.ThrowsAsync<StoreClosedException>(() => owned.WaitAsync(Engine.Bound))).Message);
        await Assert.ThrowsAsync<StoreClosedException>(() => behind.WaitAsync(Engine.Bound));
        Assert.Equal("store_unavailable", (await Assert.ThrowsAsync<RefusedException>(() => asked.WaitAsync(Engine.Bound))).Code);
        Assert.Equal(
            "3 changes could not be written before the server ended, and are lost. The store is locked by another program.",
            Assert.Single(bare.Logs.Lines, line => line.Level == LogLevel.Error).Message);
        bare.Other.LetGo();
        Assert.Null(bare.Written);
    }

    [Fact]
    public async Task ClosedWhileLocked_StillWrites_WhenTheLockGoesInTime()
    {
        bare.Other.Lock();
        var owned = bare.WriteAsync("owned", WritePatience.UntilWritten);
        var asked = bare.WriteAsync("asked", WritePatience.WhileSomebodyWaits);
        await Eventually.TrueAsync(() => !bare.Store.Health.Current.IsAvailable);
        var closing = Task.Run(bare.Store.Dispose);
        await Eventually.TrueAsync(IsClosed);

        bare.Other.LetGo();

        await closing.WaitAsync(Engine.Bound);
        await Task.WhenAll(owned, asked).WaitAsync(Engine.Bound);
        Assert.Equal("owned,asked", bare.Written);
    }

    private bool IsClosed()
    {
        try
        {
            bare.Store.Writer.Enqueue(new StoreProbe());
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
