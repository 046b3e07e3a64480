using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// The only writer of the store: a thread that takes whatever has queued up, applies it in one transaction and flushes once (group commit).
/// </summary>
/// <remarks>
/// <para>Under light load a batch is one operation and waits for nobody; under heavy load the batch grows by itself while the disk flushes.</para>
/// <para>When an operation throws, the batch is rolled back; what came before it is committed, and it is tried once more alone, so that only
/// the guilty one fails.</para>
/// <para>While the store itself cannot be written (<see cref="StoreFault"/>), nothing is dropped: the writer tries again with pauses that grow
/// to five seconds, one operation at first. What somebody waits for is refused when its time is up (<see cref="WritePatience"/>). It begins
/// and ends with a line in the log; <see cref="Health"/> tells what is in between.</para>
/// <para>Operations are completed, and their events published, on this thread and in commit order.</para>
/// <para>A refusal says that nothing was stored. That holds after a crash too, with one exception that SQLite does not let us close: a commit
/// whose flush the disk reported as failed stands in the log file until the next commit overwrites it. A process that is killed
/// in between finds it at its next start.</para>
/// </remarks>
internal sealed class StoreWriter : IDisposable
{
    private const int MaxBatch = 512;

    /// <summary>How often what is left is tried when the writer is closed while the store cannot be written: for five seconds.</summary>
    private const int AttemptsAtClose = 20;

    private static readonly TimeSpan PauseAtClose = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a commit that was begun may take to end when the writer is closed.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(15);

    private readonly SqliteDatabase database;
    private readonly WriteBatch batch;
    private readonly WriteQueue queue;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly Thread thread;
    private TimeSpan pause = FirstPause;
    private int attemptsLeft = AttemptsAtClose;

    public StoreWriter(
        SqliteDatabase database, LiveTaskTable live, Func<string, AgentTask?> findStored, IReadOnlyList<ICommitListener> listeners, TimeProvider time,
        ILogger<StoreWriter> logger)
    {
        this.database = database;
        this.logger = logger;
        this.time = time;
        queue = new WriteQueue(time, () => Health!.Problem);
        Health = new StoreHealth(time, () => queue.Length);
        batch = new WriteBatch(database, live, findStored, listeners, time, logger);
        database.TellLocksAtOnce();
        thread = new Thread(Run) { IsBackground = true, Name = "store writer" };
        thread.Start();
    }

    public StoreHealth Health { get; }

    /// <summary>How many changes wait to be taken up.</summary>
    public int QueueLength => queue.Length;

    /// <summary>Hands an operation over. Never blocks on the disk.</summary>
    /// <exception cref="ObjectDisposedException">The writer was closed; nothing was or will be written.</exception>
    public void Enqueue(WriteOperation operation) => queue.Add(operation);

    /// <inheritdoc cref="Enqueue"/>
    public Task<TResult> EnqueueAsync<TResult>(Func<WriteBatch, TResult> apply, WritePatience patience = WritePatience.UntilWritten)
    {
        var operation = new DelegateOperation<TResult>(apply) { Patience = patience };
        Enqueue(operation);
        return operation.Completion;
    }

    /// <summary>Writes what is queued, then closes the store. What the store does not take within a few seconds fails.</summary>
    public void Dispose()
    {
        if (!queue.Close()) return;
        closing.Cancel();
        if (!thread.Join(CloseWithin))
        {
            // The connection is in use, in a call that nobody can end: it goes with the process.
            logger.LogCritical("The store's last commit did not end within {Seconds} s; whether it is on disk shows at the next start.", CloseWithin.TotalSeconds);
            return;
        }

        batch.Dispose();
        database.Dispose();
        queue.Dispose();
        closing.Dispose();
    }

    private void Run()
    {
        var taken = new List<WriteOperation>(MaxBatch);
        while (queue.Take(taken, MaxBatch)) WriteAll(taken);
    }

    /// <summary>Returns when each of the operations is on disk or has failed for good; takes them out of the list.</summary>
    private void WriteAll(List<WriteOperation> operations)
    {
        var together = operations.Count;
        while (operations.Count > 0)
        {
            if (TryCommit(operations, together) is not { } failure)
            {
                operations.RemoveRange(0, together);
                together = operations.Count;
            }
            else if (failure.Why is { } why)
            {
                WaitForStore(operations, why);
                together = Math.Min(1, operations.Count);
            }
            else if (together == 1)
            {
                logger.LogError(failure.Exception, "A write failed for good: {Operation}.", operations[0].GetType().Name);
                operations[0].Failed(failure.Exception);
                operations.RemoveAt(0);
                together = operations.Count;
            }
            else
            {
                // What threw is tried alone, behind what came before it. Where the commit itself threw, halves lead to it.
                together = failure.Culprit is { } culprit ? Math.Max(culprit, 1) : together / 2;
            }
        }
    }

    /// <summary>Null when all of them are on disk.</summary>
    private CommitFailure? TryCommit(List<WriteOperation> operations, int count)
    {
        var began = time.GetTimestamp();
        Health.CommitBegan(began);
        int? applying = null;
        var open = false;
        try
        {
            batch.Begin();
            open = true;
            for (var index = 0; index < count; index++)
            {
                applying = index;
                operations[index].Apply(batch);
            }

            applying = null;
            batch.Commit();
        }
        catch (Exception exception)
        {
            batch.Rollback();

            // A transaction that does not even begin is no operation's fault.
            var why = StoreFault.Explain(exception) ?? (open ? null : $"The store cannot be written: {exception.Message}");
            var first = Health.CommitFailed(why);
            if (why is not null) logger.Log(first ? LogLevel.Warning : LogLevel.Debug, exception, "{Why} What is to be written waits, and is tried again until the store takes it.", why);
            return new CommitFailure(exception, why, applying);
        }

        // From here on the batch is on disk: what a crash loses now is only the news of it, which viewers read back from the log.
        pause = FirstPause;
        if (Health.CommitSucceeded(time.GetTimestamp() - began, count) is { } failing) logger.LogWarning("The store can be written again, after {Seconds:0.0} s.", failing.TotalSeconds);
        batch.Publish();
        for (var index = 0; index < count; index++) Tell(operations[index]);
        return null;
    }

    /// <summary>It is on disk whatever comes of the news: who asked hears of the failure, and the writer has the next batch to write.</summary>
    private void Tell(WriteOperation operation)
    {
        try
        {
            operation.Committed();
        }
#pragma warning disable CA1031 // On a thread of its own, an exception that nobody takes would end every run of the server.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.LogError(exception, "What was written could not be taken in.");
            operation.Failed(exception);
        }
    }

    /// <summary>Lets go of what nobody waits for any more, and pauses.</summary>
    private void WaitForStore(List<WriteOperation> operations, string why)
    {
        var now = time.GetTimestamp();
        Fail(operations, operation => operation.Deadline <= now, _ => RefusedException.StoreUnavailable(why));
        if (closing.IsCancellationRequested)
        {
            WaitAtClose(operations, why);
            return;
        }

        if (operations.Count == 0) operations.Add(new StoreProbe());
        var deadline = operations.Min(operation => operation.Deadline);
        var length = deadline == long.MaxValue || time.GetElapsedTime(now, deadline) is var left && left > pause ? pause : left;
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        using var over = new CancellationTokenSource(length, time);

        // By the real time as well: the store's is no clock to wait for alone, as what it waits for is another program.
        WaitHandle.WaitAny([over.Token.WaitHandle, closing.Token.WaitHandle], LongestPause);
    }

    private void WaitAtClose(List<WriteOperation> operations, string why)
    {
        operations.RemoveAll(static operation => operation is StoreProbe);
        if (operations.Count == 0) return;
        if (attemptsLeft-- > 0)
        {
            // By the real time, whatever the clock says: somebody waits for the process to end.
            Thread.Sleep(PauseAtClose);
            return;
        }

        queue.Take(operations, int.MaxValue);
        logger.LogError("{Count} changes could not be written before the server ended, and are lost. {Why}", operations.Count, why);
        Fail(operations, static _ => true, operation => operation.Patience == WritePatience.WhileSomebodyWaits
            ? RefusedException.StoreUnavailable(why)
            : new StoreClosedException($"The server ended before this could be written. {why}"));
    }

    private static void Fail(List<WriteOperation> operations, Predicate<WriteOperation> chosen, Func<WriteOperation, Exception> reason) =>
        operations.RemoveAll(operation =>
        {
            if (!chosen(operation)) return false;
            operation.Failed(reason(operation));
            return true;
        });

    /// <param name="Exception">What was thrown.</param>
    /// <param name="Why">Why the store cannot be written; null when it is an operation's fault.</param>
    /// <param name="Culprit">Which operation threw; null when it was the transaction itself.</param>
    private readonly record struct CommitFailure(Exception Exception, string? Why, int? Culprit);
}

/// <summary>The store was closed before it could take a change; nothing of it is on disk.</summary>
internal sealed class StoreClosedException(string message) : Exception(message);
