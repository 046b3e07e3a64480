namespace TaskDashboard.Core.Storage;

/// <summary>A piece of work for the single writer. Many share one transaction, hence one flush to disk.</summary>
internal abstract class WriteOperation
{
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

    protected TResult? Result { get; set; }

    public override void Committed() => completion.TrySetResult(Result!);

    public override void Failed(Exception exception) => completion.TrySetException(exception);
}

/// <summary>A write operation given as a function.</summary>
internal sealed class DelegateOperation<TResult>(Func<WriteBatch, TResult> apply) : WriteOperation<TResult>
{
    public override void Apply(WriteBatch batch) => Result = apply(batch);
}
