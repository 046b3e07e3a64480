using System.Threading.Channels;
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
    private readonly TimeProvider time;
    private readonly ILogger<ChatViewModel> logger;
    private readonly Func<Action, Task> dispatch;
    private readonly RenderThrottle throttle;
    private readonly Channel<StreamFrame> queue = Channel.CreateBounded<StreamFrame>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private long cursor;
    private Task watch = System.Threading.Tasks.Task.CompletedTask;

    /// <param name="taskId">The task to watch.</param>
    /// <param name="feed">Where its frames come from.</param>
    /// <param name="time">For the throttle and for waits before another try.</param>
    /// <param name="logger">Hears of watches that broke.</param>
    /// <param name="dispatch">Runs an action on the page's own thread.</param>
    public ChatViewModel(string taskId, ITaskFeed feed, TimeProvider time, ILogger<ChatViewModel> logger, Func<Action, Task> dispatch)
    {
        TaskId = taskId;
        this.feed = feed;
        this.time = time;
        this.logger = logger;
        this.dispatch = dispatch;
        throttle = new RenderThrottle(time, logger, () => dispatch(TakeIn));
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
        if (watch.IsCompleted && !closing.IsCancellationRequested) watch = System.Threading.Tasks.Task.Run(() => WatchAsync(closing.Token));
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

    private void TakeIn()
    {
        while (queue.Reader.TryRead(out var frame)) Transcript.Apply(frame);
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
