using System.Threading.Channels;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Watches one task for one page. Frames are read on a pool thread into a bounded queue and taken into the transcript on the page's own
/// thread, at most 20 times a second; a page that is slow lets the queue fill, and the feed then starts it over without loss.
/// </summary>
public sealed class ChatViewModel : IAsyncDisposable
{
    private const int QueueLength = 8192;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly ITaskFeed feed;
    private readonly ITaskReader reader;
    private readonly TimeProvider time;
    private readonly ILogger<ChatViewModel> logger;
    private readonly Func<Action, Task> dispatch;
    private readonly RenderThrottle throttle;
    private readonly Channel<StreamFrame> queue = Channel.CreateBounded<StreamFrame>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private long cursor;
    private bool rowWanted;
    private Task watch = System.Threading.Tasks.Task.CompletedTask;

    /// <param name="taskId">The task to watch.</param>
    /// <param name="feed">Where its frames come from.</param>
    /// <param name="reader">Where its row comes from, which tells more than its frames.</param>
    /// <param name="time">For the throttle and for waits before another try.</param>
    /// <param name="logger">Hears of watches that broke.</param>
    /// <param name="dispatch">Runs an action on the page's own thread.</param>
    public ChatViewModel(string taskId, ITaskFeed feed, ITaskReader reader, TimeProvider time, ILogger<ChatViewModel> logger, Func<Action, Task> dispatch)
    {
        TaskId = taskId;
        this.feed = feed;
        this.reader = reader;
        this.time = time;
        this.logger = logger;
        this.dispatch = dispatch;
        closed = closing.Token;
        throttle = new RenderThrottle(time, logger, UpdateAsync);
    }

    public string TaskId { get; }

    public TaskTranscript Transcript { get; } = new();

    public AgentTask? Task => Transcript.Task;

    /// <summary>There is no such task.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>The transcript has something new; raised on the page's own thread.</summary>
    public event Action? Changed;

    /// <summary>Watches, unless it does already. Also called when a finished task was continued, for its stream has ended then.</summary>
    public void Watch()
    {
        if (watch.IsCompleted && !closing.IsCancellationRequested) watch = System.Threading.Tasks.Task.Run(() => WatchAsync(closed));
    }

    /// <summary>Reads the task's row again: something that no event of its own tells may have moved, such as its place in the queue.</summary>
    public void ReadRow()
    {
        Volatile.Write(ref rowWanted, true);
        throttle.Request();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var frame in feed.WatchTaskAsync(TaskId, cursor, cancellationToken))
                {
                    cursor = frame is SnapshotFrame { Resync: true } ? 0 : frame.Cursor ?? cursor;
                    await queue.Writer.WriteAsync(frame, cancellationToken);
                    if (frame is EventFrame { Event.Data: StatusData or MessageData { State: EntryState.Stored } }) Volatile.Write(ref rowWanted, true);
                    throttle.Request();
                }

                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (RefusedException refusal) when (refusal.Kind == RefusalKind.NotFound)
            {
                await dispatch(() =>
                {
                    IsMissing = true;
                    Changed?.Invoke();
                });
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.LogWarning(exception, "The watch of {TaskId} broke behind event {Seq}; it starts again.", TaskId, cursor);
                await System.Threading.Tasks.Task.Delay(ReconnectDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task UpdateAsync()
    {
        // Read behind the frames that asked for it: it is never older than they are.
        var row = Interlocked.Exchange(ref rowWanted, false) ? await FindRowAsync() : null;
        await dispatch(() => TakeIn(row));
    }

    private async Task<AgentTask?> FindRowAsync()
    {
        try
        {
            return await reader.FindAsync(TaskId, closed);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogWarning(exception, "The row of {TaskId} could not be read; its page goes on with what the stream tells.", TaskId);
            return null;
        }
    }

    private void TakeIn(AgentTask? row)
    {
        while (queue.Reader.TryRead(out var frame)) Transcript.Apply(frame);
        if (row is not null) Transcript.Learn(row);
        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        Changed = null;
        await closing.CancelAsync();
        throttle.Dispose();
        await watch;
        closing.Dispose();
    }
}
