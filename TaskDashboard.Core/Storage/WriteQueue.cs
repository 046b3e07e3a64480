using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// What waits for the writer, in the order in which it came. Anybody adds, the writer takes; what somebody waits for leaves by itself when
/// its time is up, even while the writer hangs in a commit that does not end.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Beyond so many, nothing more is taken on that somebody asks for.</summary>
    public const int MostOperations = 20_000;

    /// <summary>Beyond so much text (64 MiB), nothing more is taken on that somebody asks for.</summary>
    public const long MostCharacters = 32L << 20;

    /// <summary>How long whoever asks for a change waits for it.</summary>
    public static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly TimeProvider time;
    private readonly ITimer watch;
    private readonly long patience;
    private readonly Func<string?> findProblem;
    private Queue<WriteOperation> waiting = new();
    private long characters;
    private bool signalled;
    private bool watching;
    private bool closed;

    /// <param name="time">The clock of deadlines.</param>
    /// <param name="findProblem">Says why the store cannot be written, in one sentence; null when it can.</param>
    public WriteQueue(TimeProvider time, Func<string?> findProblem)
    {
        this.time = time;
        this.findProblem = findProblem;
        patience = (long)(CallerPatience.TotalSeconds * time.TimestampFrequency);
        watch = time.CreateTimer(static queue => ((WriteQueue)queue!).LetGo(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Length
    {
        get { lock (gate) return waiting.Count; }
    }

    /// <summary>Adds an operation, or fails it at once when somebody asks for it and too much is waiting already. Never blocks.</summary>
    /// <exception cref="ObjectDisposedException">The queue was closed; nothing was or will be written.</exception>
    public void Add(WriteOperation operation)
    {
        var isAsked = operation.Patience == WritePatience.WhileSomebodyWaits;
        if (isAsked) operation.Deadline = time.GetTimestamp() + patience;
        bool isTaken;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            isTaken = !isAsked || (waiting.Count < MostOperations && characters < MostCharacters);
            if (isTaken)
            {
                waiting.Enqueue(operation);
                characters += operation.Characters;
                if (isAsked && !watching) Watch(CallerPatience);
                if (signalled) return;
                signalled = true;
            }
        }

        if (isTaken) arrived.Release();
        else operation.Failed(RefusedException.StoreBusy());
    }

    /// <summary>Waits until there is something, and takes the first of it.</summary>
    /// <returns>False when there is nothing, and never will be.</returns>
    public bool Take(List<WriteOperation> into, int most)
    {
        arrived.Wait();
        lock (gate)
        {
            while (into.Count < most && waiting.TryDequeue(out var operation))
            {
                into.Add(operation);
                characters -= operation.Characters;
            }

            signalled = waiting.Count > 0 || closed;
            if (signalled) arrived.Release();
            return into.Count > 0 || !closed;
        }
    }

    /// <summary>Takes nothing more on. What is waiting can still be taken.</summary>
    /// <returns>False when it was closed already.</returns>
    public bool Close()
    {
        lock (gate)
        {
            if (closed) return false;
            closed = true;
            if (signalled) return true;
            signalled = true;
            arrived.Release();
            return true;
        }
    }

    public void Dispose()
    {
        watch.Dispose();
        arrived.Dispose();
    }

    private void LetGo()
    {
        var late = new List<WriteOperation>();
        lock (gate)
        {
            var now = time.GetTimestamp();
            var next = long.MaxValue;
            var left = new Queue<WriteOperation>(waiting.Count);
            foreach (var operation in waiting)
            {
                if (operation.Deadline <= now)
                {
                    late.Add(operation);
                    characters -= operation.Characters;
                    continue;
                }

                left.Enqueue(operation);
                next = Math.Min(next, operation.Deadline);
            }

            waiting = left;
            watching = false;
            if (next != long.MaxValue && !closed) Watch(time.GetElapsedTime(now, next));
        }

        // They were never begun, so it is certain that nothing of them is on disk.
        var why = findProblem() ?? "The store is too slow at the moment.";
        foreach (var operation in late) operation.Failed(RefusedException.StoreUnavailable(why));
    }

    private void Watch(TimeSpan until)
    {
        watching = true;
        watch.Change(until, Timeout.InfiniteTimeSpan);
    }
}
