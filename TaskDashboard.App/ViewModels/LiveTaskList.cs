using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels;

/// <summary>
/// The one subscription of a circuit to the task list; badge, page title and table all live from it. Changes are handed on in batches, at
/// most 20 a second, on a pool thread.
/// </summary>
public sealed class LiveTaskList : IAsyncDisposable
{
    /// <summary>With more tasks changed than this since the last batch, reading the list anew is cheaper than being told each.</summary>
    private const int MaxBatch = 2000;

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly ITaskFeed feed;
    private readonly TimeProvider time;
    private readonly ILogger<LiveTaskList> logger;
    private readonly RenderThrottle throttle;
    private readonly CancellationTokenSource closing = new();
    private readonly Dictionary<string, LiveTaskChange> pending = [];
    private bool pendingResync;
    private long cursor;
    private Task? watch;

    public LiveTaskList(ITaskFeed feed, ITaskReader reader, TimeProvider time, ILogger<LiveTaskList> logger)
    {
        this.feed = feed;
        this.time = time;
        this.logger = logger;

        // Before anything of the page is read: the watch begins only when the browser has shown the first picture, and what happens until then is told, too.
        cursor = feed.NewestId;
        Counts = reader.Counts;
        throttle = new RenderThrottle(time, logger, HandOnAsync);
    }

    /// <summary>How many tasks stand where, as last told.</summary>
    public TaskCounts Counts { get; private set; }

    /// <summary>Raised on a pool thread, one call at a time.</summary>
    public event Action<LiveTaskBatch>? Changed;

    /// <summary>Begins to watch; further calls do nothing. Not called while a page is only prerendered.</summary>
    public void Start()
    {
        lock (gate) watch ??= Task.Run(() => WatchAsync(closing.Token));
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var frame in feed.WatchListAsync(cursor, cancellationToken)) TakeIn(frame);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.LogWarning(exception, "The watch of the task list broke behind event {Id}; it starts again.", cursor);
                await Task.Delay(ReconnectDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void TakeIn(ListFrame frame)
    {
        lock (gate)
        {
            switch (frame)
            {
                case ListSnapshotFrame snapshot:
                    Counts = snapshot.Counts;

                    // Otherwise what lies between is told yet; a watch that breaks before it is begins there again.
                    if (snapshot.Resync) cursor = snapshot.LastId;
                    pendingResync |= snapshot.Resync;
                    break;
                case CountsFrame counts:
                    Counts = counts.Counts;
                    break;
                case TaskChangedFrame changed:
                    cursor = changed.Cursor ?? cursor;
                    var change = LiveTaskChange.From(changed);
                    pending[change.TaskId] = pending.TryGetValue(change.TaskId, out var earlier) ? earlier.Then(change) : change;
                    if (pending.Count > MaxBatch)
                    {
                        pending.Clear();
                        pendingResync = true;
                    }

                    break;
            }
        }

        throttle.Request();
    }

    private Task HandOnAsync()
    {
        LiveTaskBatch batch;
        lock (gate)
        {
            batch = new LiveTaskBatch([.. pending.Values], Counts, pendingResync);
            pending.Clear();
            pendingResync = false;
        }

        Changed?.Invoke(batch);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Changed = null;
        await closing.CancelAsync();
        throttle.Dispose();
        if (watch is not null) await watch;
        closing.Dispose();
    }
}

/// <summary>What happened since the batch before.</summary>
/// <param name="Changes">At most one for each task.</param>
/// <param name="Counts">How many tasks stand where now.</param>
/// <param name="Resync">Some changes were not told: read the list anew.</param>
public sealed record LiveTaskBatch(IReadOnlyList<LiveTaskChange> Changes, TaskCounts Counts, bool Resync);

/// <summary>Everything that happened to one task within a batch.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Task">The row now; null when it is deleted, or has to be read.</param>
/// <param name="Created">It is new.</param>
/// <param name="Deleted">It is gone.</param>
public sealed record LiveTaskChange(string TaskId, AgentTask? Task, bool Created, bool Deleted)
{
    /// <summary>The status that it had before, where it has been given one; of several changes that before the first.</summary>
    public AgentTaskStatus? Previous { get; init; }

    /// <summary>What of it a person may want to be told, the last of several; null for nothing.</summary>
    public TaskAlert? Alert { get; init; }

    public static LiveTaskChange From(TaskChangedFrame frame) => new(
        frame.Event.TaskId,
        frame.Task,
        frame.Event.Data is StatusData { Previous: null },
        frame.Deleted)
    { Alert = TaskAlert.Of(frame.Event), Previous = (frame.Event.Data as StatusData)?.Previous };

    public LiveTaskChange Then(LiveTaskChange next) => next with { Created = Created || next.Created, Alert = next.Alert ?? Alert, Previous = Previous ?? next.Previous };
}
