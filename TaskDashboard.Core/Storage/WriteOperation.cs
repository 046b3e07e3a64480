using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>A piece of work for the single writer. Many share one transaction, hence one flush to disk.</summary>
internal abstract class WriteOperation
{
    /// <summary>How long it may wait for a store that cannot be written.</summary>
    public WritePatience Patience { get; init; }

    /// <summary>How much text it holds in memory while it waits, where that is known.</summary>
    public int Characters { get; init; }

    /// <summary>When whoever asked for it stops waiting, as a timestamp of the writer's clock. Set when it is queued.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>Does its statements, inside the batch's transaction. May be called again when a batch is rolled back and repeated.</summary>
    public abstract void Apply(WriteBatch batch);

    /// <summary>The transaction is on disk. Called on the writer's thread, in the order in which operations were applied.</summary>
    public abstract void Committed();

    /// <summary>Nothing of it is on disk, and it will not be tried again.</summary>
    public abstract void Failed(Exception exception);
}

/// <summary>A write operation that answers with a value once it is on disk.</summary>
internal abstract class WriteOperation<TResult> : WriteOperation
{
    // Continuations never run on the writer's thread: it has the next batch to write.
    private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Completion => completion.Task;

    /// <summary>What it came to, once it was applied; another operation that it is part of may go by it.</summary>
    public TResult? Result { get; protected set; }

    public override void Committed() => completion.TrySetResult(Result!);

    public override void Failed(Exception exception) => completion.TrySetException(exception);
}

/// <summary>Writes something of its own along with changes of tasks, in their transaction. On the writer's thread: must be quick, and must not throw.</summary>
internal interface IWriteFollower
{
    /// <param name="batch">The open transaction.</param>
    /// <param name="before">Null for a new task.</param>
    /// <param name="after">Null for a deleted task.</param>
    void Follow(WriteBatch batch, AgentTask? before, AgentTask? after);
}

/// <summary>A write operation given as a function.</summary>
internal sealed class DelegateOperation<TResult>(Func<WriteBatch, TResult> apply) : WriteOperation<TResult>
{
    public override void Apply(WriteBatch batch) => Result = apply(batch);
}

/// <summary>A write operation given as a function, with what follows from it before anything that is committed later.</summary>
internal sealed class CommittedOperation<TResult> : WriteOperation<TResult>
{
    private readonly Func<WriteBatch, TResult> apply;
    private readonly Action<TResult> committed;

    public CommittedOperation(Func<WriteBatch, TResult> apply, Action<TResult> committed)
    {
        this.apply = apply;
        this.committed = committed;
        Patience = WritePatience.WhileSomebodyWaits;
    }

    public override void Apply(WriteBatch batch) => Result = apply(batch);

    public override void Committed()
    {
        committed(Result!);
        base.Committed();
    }
}

/// <summary>
/// Writes one small row, to find out when a store that failed can be written again: nobody else may have anything to write meanwhile, and a
/// server that reports that it is not ready is sent nothing.
/// </summary>
internal sealed class StoreProbe : WriteOperation
{
    public override void Apply(WriteBatch batch)
    {
        using var statement = new Statement(batch.Database,
            "INSERT INTO store_state (id, value) VALUES ('last_probe', ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value");
        statement.Execute(StoreTime.ToStore(batch.Now));
    }

    public override void Committed()
    {
        // The writer has noticed: it commits nothing without telling its health.
    }

    public override void Failed(Exception exception)
    {
        // Nobody waits for it, and the writer has logged why.
    }
}
