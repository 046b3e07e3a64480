using Microsoft.Data.Sqlite;
using SQLitePCL;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

/// <summary>Batches in which something is wrong with one operation, and queues that are too long.</summary>
public sealed class StoreWriterTests : IAsyncLifetime, IDisposable
{
    private readonly ManualResetEventSlim gate = new();
    private Engine engine = null!;

    private StoreWriter Writer => engine.Store.Writer;

    public async Task InitializeAsync() => engine = await Engine.StartAsync();

    public async Task DisposeAsync()
    {
        gate.Set();
        await engine.DisposeAsync();
    }

    public void Dispose() => gate.Dispose();

    [Theory]
    [InlineData("a constraint")]
    [InlineData("a bug")]
    public async Task GuiltyOperation_InABatch_FailsAlone(string guilt)
    {
        var failedBefore = Writer.Health.Current.FailedCommits;
        var held = await HoldAsync();
        var writes = Enumerable.Range(0, 20).Select(number => Writer.EnqueueAsync(batch =>
        {
            if (number == 13 && guilt == "a bug") throw new InvalidOperationException("The thirteenth.");
            return Insert(batch, number == 13 ? "agent_0" : $"agent_{number}");
        })).ToList();
        gate.Set();
        await held;

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => writes[13].WaitAsync(Engine.Bound));
        Assert.IsType(guilt == "a bug" ? typeof(InvalidOperationException) : typeof(SqliteException), failure);
        writes.RemoveAt(13);
        await Task.WhenAll(writes).WaitAsync(Engine.Bound);
        Assert.Equal(19, await CountAsync());
        Assert.True(Writer.Health.Current.IsAvailable);

        // In the batch, at the head of the rest, alone: nobody else was tried one by one.
        Assert.Equal(failedBefore + 3, Writer.Health.Current.FailedCommits);
    }

    [Fact]
    public async Task WhatFailsBehindItsCommit_IsToldToWhoAsked_AndTheWriterGoesOn()
    {
        var operation = new CommittedOperation<int>(batch => Insert(batch, "agent_1"), _ => throw new InvalidOperationException("It cannot be taken in."));
        Writer.Enqueue(operation);

        Assert.Equal("It cannot be taken in.", (await Assert.ThrowsAsync<InvalidOperationException>(() => operation.Completion.WaitAsync(Engine.Bound))).Message);
        await Writer.EnqueueAsync(batch => Insert(batch, "agent_2")).WaitAsync(Engine.Bound);
        Assert.Equal(2, await CountAsync());
        Assert.Contains(engine.Logs.Lines, line => line.Message == "What was written could not be taken in.");
    }

    [Fact]
    public async Task GuiltyOperation_ThatOnlyTheCommitTurnsDown_FailsAlone()
    {
        var guilty = false;
        await Writer.EnqueueAsync(batch =>
        {
            raw.sqlite3_commit_hook(batch.Database.Handle, _ => Interlocked.Exchange(ref guilty, false) ? 1 : 0, null);
            return 0;
        });
        var held = await HoldAsync();
        var writes = Enumerable.Range(0, 20).Select(number => Writer.EnqueueAsync(batch =>
        {
            guilty |= number == 13;
            return Insert(batch, $"agent_{number}");
        })).ToList();
        gate.Set();
        await held;

        await Assert.ThrowsAsync<SqliteException>(() => writes[13].WaitAsync(Engine.Bound));
        writes.RemoveAt(13);
        await Task.WhenAll(writes).WaitAsync(Engine.Bound);
        Assert.Equal(19, await CountAsync());
        Assert.True(Writer.Health.Current.IsAvailable);
    }

    [Fact]
    public async Task TooLongAQueue_RefusesWhatSomebodyAsksFor_AndTakesWhatTheEngineOwns()
    {
        var held = await HoldAsync();
        var waiting = Enumerable.Range(0, WriteQueue.MostOperations).Select(_ => Writer.EnqueueAsync(_ => 1, WritePatience.WhileSomebodyWaits)).ToList();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Writer.EnqueueAsync(_ => 1, WritePatience.WhileSomebodyWaits).WaitAsync(Engine.Bound));
        var owned = Writer.EnqueueAsync(_ => 1);

        Assert.Equal((RefusalKind.Unavailable, "store_busy"), (refused.Kind, refused.Code));
        Assert.Equal(WriteQueue.MostOperations + 1, Writer.Health.Current.QueueLength);
        gate.Set();
        await held;
        await Task.WhenAll(waiting.Append(owned)).WaitAsync(Engine.Bound);
        await Writer.EnqueueAsync(_ => 1, WritePatience.WhileSomebodyWaits).WaitAsync(Engine.Bound);
    }

    [Fact]
    public async Task TooMuchText_RefusesMore_UntilItIsWritten()
    {
        var held = await HoldAsync();
        var large = Enumerable.Range(0, 32).Select(_ => engine.Log.ForCaller.ChangeAsync("task_none", _ => null, 1 << 20)).ToList();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.Log.ForCaller.ChangeAsync("task_none", _ => null).WaitAsync(Engine.Bound));

        Assert.Equal("store_busy", refused.Code);
        gate.Set();
        await held;
        await Task.WhenAll(large).WaitAsync(Engine.Bound);
        await engine.Log.ForCaller.ChangeAsync("task_none", _ => null, 1 << 20).WaitAsync(Engine.Bound);
    }

    /// <summary>Keeps the writer busy until the gate opens, so that what is queued behind becomes one batch.</summary>
    private async Task<Task<int>> HoldAsync()
    {
        var begun = new TaskCompletionSource();
        var held = Writer.EnqueueAsync(_ =>
        {
            begun.TrySetResult();
            gate.Wait(Engine.Bound);
            return 0;
        });
        await begun.Task.WaitAsync(Engine.Bound);
        return held;
    }

    private static int Insert(WriteBatch batch, string id)
    {
        using var statement = new Statement(batch.Database, "INSERT INTO agents (id, name, definition) VALUES (?, 'probe', '{}')");
        return statement.Execute(id);
    }

    private Task<long?> CountAsync() => Writer.EnqueueAsync(batch =>
    {
        using var statement = new Statement(batch.Database, "SELECT count(*) FROM agents WHERE name = 'probe'");
        return statement.Number();
    });
}
