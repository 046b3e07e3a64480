using System.Threading.Channels;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Watches one task for one page. Frames are read on a pool thread into a bounded queue and taken into the transcript on the page's own
/// thread, at most 20 times a second; a page that is slow lets the queue fill, and the feed then starts it over without loss.
/// </summary>
public partial class ChatViewModel : IAsyncDisposable
{
    private const int QueueLength = 8192;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly ITaskReader reader;
    private readonly TimeProvider time;
    private readonly ILogger<ChatViewModel> logger;
    private readonly Func<Action, Task> dispatch;
    private readonly RenderThrottle throttle;
    private readonly Channel<StreamFrame> queue = Channel.CreateBounded<StreamFrame>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private readonly HashSet<string> rowsWanted = [];
    private readonly Lock gate = new();
    private bool hasBegun;
    private bool isWatching;
    private bool isWanted;
    private long cursor;
    private Task watch = System.Threading.Tasks.Task.CompletedTask;
    private Task aside = System.Threading.Tasks.Task.CompletedTask;

    /// <param name="taskId">The task to watch.</param>
    /// <param name="feed">Where its frames come from.</param>
    /// <param name="reader">Where its row comes from, which tells more than its frames.</param>
    /// <param name="time">For the throttle and for waits before another try.</param>
    /// <param name="logger">Hears of watches that broke.</param>
    /// <param name="dispatch">Runs an action on the page's own thread.</param>
    /// <param name="logs">Where a long log is read in parts; null reads all of it by the feed.</param>
    public ChatViewModel(string taskId, ITaskFeed feed, ITaskReader reader, TimeProvider time, ILogger<ChatViewModel> logger, Func<Action, Task> dispatch, ITranscriptReader? logs = null)
    {
        TaskId = taskId;
        Feed = feed;
        this.reader = reader;
        this.time = time;
        this.logger = logger;
        this.dispatch = dispatch;
        closed = closing.Token;
        Logs = logs;
        throttle = new RenderThrottle(time, logger, UpdateAsync);
    }

    public string TaskId { get; }

    /// <summary>Of the task.</summary>
    public virtual TaskTranscript Transcript { get; } = new();

    /// <summary>What is watched is gone.</summary>
    public virtual bool IsDeleted => Transcript.IsDeleted;

    /// <summary>How long the log is as far as the page knows: a short one is read as it comes.</summary>
    public long KnownLength { get; init; }

    protected ITaskFeed Feed { get; }

    protected ITaskReader Reader => reader;

    protected ITranscriptReader? Logs { get; }

    protected CancellationToken Closed => closed;

    public AgentTask? Task => Transcript.Task;

    /// <summary>There is no such task.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>The transcript has something new; raised on the page's own thread.</summary>
    public event Action? Changed;

    /// <summary>
    /// Watches, unless it does already. Also called when a finished task was continued, for its stream has ended then. A call that meets a stream at its
    /// end is not lost: what it was made for is looked for once more behind that end.
    /// </summary>
    public void Watch()
    {
        lock (gate)
        {
            if (closing.IsCancellationRequested) return;
            isWanted = true;
            if (isWatching) return;
            isWatching = true;
            watch = System.Threading.Tasks.Task.Run(() => WatchAsync(closed));
        }
    }

    /// <summary>Reads the task's row again: something that no event of its own tells may have moved, such as its place in the queue.</summary>
    public void ReadRow()
    {
        Want(TaskId);
        throttle.Request();
    }

    /// <summary>Begins to watch behind a cursor.</summary>
    protected virtual IAsyncEnumerable<StreamFrame> Open(long after, CancellationToken cancellationToken) => Feed.WatchTaskAsync(TaskId, after, cancellationToken);

    /// <summary>There is something new that no frame has told of.</summary>
    protected void DrawSoon() => throttle.Request();

    /// <summary>Does something on the page's own thread.</summary>
    protected Task RunAsync(Action action) => dispatch(action);

    /// <summary>Takes a frame in, on the page's own thread.</summary>
    protected virtual void Apply(StreamFrame frame) => Transcript.Apply(frame);

    /// <summary>Takes a row in, on the page's own thread.</summary>
    protected virtual void Learn(AgentTask row) => Transcript.Learn(row);

    /// <summary>The task whose row is to be read because of a frame; null for none. Called in the order of the frames.</summary>
    protected virtual string? TellsOfRow(StreamFrame frame) => frame is EventFrame { Event.Data: StatusData or MessageData { State: EntryState.Stored } } ? TaskId : null;

    /// <summary>What follows the frame begins at the log's start again.</summary>
    protected virtual bool StartsOver(StreamFrame frame) => frame is SnapshotFrame { Resync: true };

    /// <summary>Behind the frame nothing follows: a stream that ends with another was cut off, because its viewer may not see it any more.</summary>
    protected virtual bool IsLast(StreamFrame frame) => true;

    private void Want(string taskId)
    {
        lock (rowsWanted) rowsWanted.Add(taskId);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            StreamFrame? last = null;
            lock (gate) isWanted = false;
            try
            {
                if (!hasBegun && Logs is { } logs) cursor = await BeginAsync(logs, cancellationToken);
                hasBegun = true;
                await foreach (var frame in Open(cursor, cancellationToken))
                {
                    last = frame;
                    cursor = StartsOver(frame) ? 0 : frame.Cursor ?? cursor;
                    await queue.Writer.WriteAsync(frame, cancellationToken);
                    if (TellsOfRow(frame) is { } told) Want(told);
                    throttle.Request();
                }

                // A stream that was cut off does not say why: whether its viewer still sees what it was about is asked.
                if (last is not null && !IsLast(last) && await reader.FindAsync(TaskId, cancellationToken) is null) await SayMissingAsync();
                if (IsOver()) return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
            {
                await SayMissingAsync();
                if (IsOver()) return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.LogWarning(exception, "The watch of {TaskId} broke behind event {Seq}; it starts again.", TaskId, cursor);
                await System.Threading.Tasks.Task.Delay(ReconnectDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool IsOver()
    {
        lock (gate)
        {
            isWatching = isWanted;
            return !isWatching;
        }
    }

    private Task SayMissingAsync() => dispatch(() =>
    {
        IsMissing = true;
        Changed?.Invoke();
    });

    private async Task UpdateAsync()
    {
        // Read behind the frames that asked for them: they are never older than those are.
        string[] wanted;
        lock (rowsWanted)
        {
            wanted = [.. rowsWanted];
            rowsWanted.Clear();
        }

        var rows = new List<AgentTask>(wanted.Length);
        foreach (var taskId in wanted)
        {
            if (await FindRowAsync(taskId) is { } row) rows.Add(row);
        }

        await dispatch(() => TakeIn(rows));
    }

    private async Task<AgentTask?> FindRowAsync(string taskId)
    {
        try
        {
            return await reader.FindAsync(taskId, closed);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogWarning(exception, "The row of {TaskId} could not be read; its page goes on with what the stream tells.", taskId);
            return null;
        }
    }

    private void TakeIn(List<AgentTask> rows)
    {
        while (queue.Reader.TryRead(out var frame)) Apply(frame);
        foreach (var row in rows) Learn(row);
        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        (Changed, ReadFailed) = (null, null);
        await closing.CancelAsync();
        throttle.Dispose();
        await watch;
        await aside;
        closing.Dispose();
        GC.SuppressFinalize(this);
    }
}
