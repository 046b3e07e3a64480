using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The only writer of the store: a thread that takes whatever has queued up, applies it in one transaction and flushes once (group commit).
/// </summary>
/// <remarks>
/// <para>Under light load a batch is one operation and waits for nobody; under heavy load the batch grows by itself while the disk flushes.</para>
/// <para>When an operation throws, the batch is rolled back and its operations are applied one by one, so that only the guilty one fails.
/// A store that is busy, full or failing is tried again with growing pauses; every failure is counted and logged, and what could not be
/// written after the last try fails towards its caller: nothing is dropped in silence.</para>
/// <para>Operations are completed, and their events published, on this thread and in commit order.</para>
/// </remarks>
internal sealed class StoreWriter : IDisposable
{
    private const int MaxBatch = 512;
    private const int MaxAttempts = 8;
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly SqliteDatabase database;
    private readonly WriteBatch batch;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Thread thread;
    private List<WriteOperation> queue = [];
    private bool signalled;
    private bool closed;
    private long failedCommits;

    public StoreWriter(
        SqliteDatabase database, LiveTaskTable live, Func<string, AgentTask?> findStored, IReadOnlyList<ICommitListener> listeners, TimeProvider time,
        ILogger<StoreWriter> logger)
    {
        this.database = database;
        this.logger = logger;
        this.time = time;
        batch = new WriteBatch(database, live, findStored, listeners, time, logger);
        thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        thread.Start();
    }

    /// <summary>How many commits failed since the start, tried again or not.</summary>
    public long FailedCommits => Interlocked.Read(ref failedCommits);

    /// <summary>Hands an operation over. Never blocks on the disk.</summary>
    /// <exception cref="ObjectDisposedException">The writer was closed; nothing was or will be written.</exception>
    public void Enqueue(WriteOperation operation)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            queue.Add(operation);
            if (signalled) return;
            signalled = true;
        }

        arrived.Release();
    }

    public Task<TResult> EnqueueAsync<TResult>(Func<WriteBatch, TResult> apply)
    {
        var operation = new DelegateOperation<TResult>(apply);
        Enqueue(operation);
        return operation.Completion;
    }

    /// <summary>Writes what is queued, then closes the store.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        arrived.Release();
        thread.Join();
        batch.Dispose();
        database.Dispose();
        arrived.Dispose();
    }

    private void Run()
    {
        var taken = new List<WriteOperation>();
        while (true)
        {
            arrived.Wait();
            bool last;
            lock (gate)
            {
                (taken, queue) = (queue, taken);
                signalled = false;
                last = closed;
            }

            for (var start = 0; start < taken.Count; start += MaxBatch)
            {
                WriteTogether(taken[start..Math.Min(start + MaxBatch, taken.Count)]);
            }

            taken.Clear();
            if (last) return;
        }
    }

    private void WriteTogether(List<WriteOperation> operations)
    {
        var failure = TryCommit(operations);
        if (failure is null) return;
        if (operations.Count == 1 || IsPassing(failure))
        {
            // A store that is full or locked is so for each of them: trying them one by one would only keep everybody waiting.
            foreach (var operation in operations) Fail(operation, failure);
            return;
        }

        foreach (var operation in operations)
        {
            if (TryCommit([operation]) is { } exception) Fail(operation, exception);
        }
    }

    private void Fail(WriteOperation operation, Exception exception)
    {
        logger.LogError(exception, "A write failed for good: {Operation}.", operation.GetType().Name);
        operation.Failed(exception);
    }

    /// <summary>Null when all of it is on disk.</summary>
    private Exception? TryCommit(List<WriteOperation> operations)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                batch.Begin();
                foreach (var operation in operations) operation.Apply(batch);
                batch.Commit();
            }
            catch (Exception exception)
            {
                Interlocked.Increment(ref failedCommits);
                batch.Rollback();
                if (!IsPassing(exception) || attempt == MaxAttempts) return exception;

                logger.LogWarning(exception, "Commit attempt {Attempt} of {Count} operations failed; trying again.", attempt, operations.Count);
                using var pause = new CancellationTokenSource(TimeSpan.FromMilliseconds(50 << attempt), time);
                pause.Token.WaitHandle.WaitOne();
                continue;
            }

            // From here on the batch is on disk: what a crash loses now is only the news of it, which viewers read back from the log.
            batch.Publish();
            foreach (var operation in operations) operation.Committed();
            return null;
        }
    }

    private static bool IsPassing(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked or SqliteIoError or SqliteFull };
}
