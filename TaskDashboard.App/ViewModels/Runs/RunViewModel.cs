using TaskDashboard.Core.Events;
using TaskDashboard.Core.Timelines;

namespace TaskDashboard.App.ViewModels.Runs;

/// <summary>
/// One run as a page shows it: read once, then advanced by the events of its task's stream, at most four times a second. Reads on pool threads, tells on
/// the page's own.
/// </summary>
public sealed class RunViewModel : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly ITimelineReader timelines;
    private readonly ITaskFeed feed;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Func<Action, Task> dispatch;
    private readonly RenderThrottle throttle;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private readonly List<TaskEvent> pending = [];
    private TimelineState? state;
    private Task watch = Task.CompletedTask;
    private bool wantsTree;
    private bool wantsAll;

    /// <param name="runId">The run.</param>
    /// <param name="timelines">Where it is read.</param>
    /// <param name="feed">Where its task's events come from.</param>
    /// <param name="time">For the throttle and for waits before another try.</param>
    /// <param name="logger">Hears of watches that broke.</param>
    /// <param name="dispatch">Runs an action on the page's own thread.</param>
    public RunViewModel(string runId, ITimelineReader timelines, ITaskFeed feed, TimeProvider time, ILogger logger, Func<Action, Task> dispatch)
    {
        RunId = runId;
        this.timelines = timelines;
        this.feed = feed;
        this.time = time;
        this.logger = logger;
        this.dispatch = dispatch;
        closed = closing.Token;
        throttle = new RenderThrottle(time, logger, UpdateAsync, Interval);
    }

    public string RunId { get; }

    /// <summary>As it is known; null until it is loaded, and where there is no such run.</summary>
    public RunTimeline? Timeline { get; private set; }

    /// <summary>With the runs of sub-agents; null until somebody wants it.</summary>
    public RunTimeline? Tree { get; private set; }

    /// <summary>The run's task is gone.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Something is new; raised on the page's own thread.</summary>
    public event Action? Changed;

    /// <summary>Reads the run. Call it once, before anything else.</summary>
    public async Task LoadAsync()
    {
        if (await timelines.FindAsync(RunId, closed) is not { } record) return;
        state = new TimelineState(record);
        Timeline = state.ToTimeline();
    }

    /// <summary>Begins to watch, unless it does already, or there is nothing to watch. Also called when the task was continued: its stream has ended then.</summary>
    public void Watch()
    {
        if (state is null || closed.IsCancellationRequested || !watch.IsCompleted) return;
        watch = Task.Run(() => WatchAsync(Timeline!.Run.TaskId, closed));
    }

    /// <summary>Has the tree from here on.</summary>
    public void ShowTree()
    {
        wantsTree = true;
        throttle.Request();
    }

    /// <summary>Something may have moved among the children.</summary>
    public void NoteChildren()
    {
        if (Tree is not null) ShowTree();
    }

    private async Task WatchAsync(string taskId, CancellationToken cancellationToken)
    {
        var cursor = state!.LastSeq;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var frame in feed.WatchTaskAsync(taskId, cursor, cancellationToken))
                {
                    cursor = frame is SnapshotFrame { Resync: true } ? 0 : frame.Cursor ?? cursor;
                    if (frame is not EventFrame { Event: var told }) continue;
                    lock (gate) pending.Add(told);
                    throttle.Request();
                }

                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Core.Tasks.RefusedException)
            {
                await SayGoneAsync();
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.LogWarning(exception, "The watch of {RunId} broke behind event {Seq}; it starts again.", RunId, cursor);
                await Task.Delay(ReconnectDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task SayGoneAsync() => dispatch(() =>
    {
        IsGone = true;
        Changed?.Invoke();
    });

    /// <summary>One call at a time: the throttle sees to that.</summary>
    private async Task UpdateAsync()
    {
        if (state is null || closed.IsCancellationRequested) return;
        TaskEvent[] told;
        lock (gate)
        {
            told = [.. pending];
            pending.Clear();
        }

        var news = told.Select(state.TakeIn).ToHashSet();
        if (told.Any(one => one.Data is DeletedData))
        {
            await SayGoneAsync();
            return;
        }

        try
        {
            if (news.Contains(TimelineNews.Ended) || wantsAll) await ReadAllAsync();
            else if (news.Contains(TimelineNews.Steps)) state.TakeIn(await timelines.ListStepsAsync(RunId, state.LastStep, closed));
            if (Tree is not null && (news.Contains(TimelineNews.Children) || news.Contains(TimelineNews.Ended) || news.Contains(TimelineNews.Steps))) wantsTree = true;
            var tree = wantsTree ? await timelines.FindTreeAsync(RunId, closed) : Tree;
            wantsTree = false;
            var timeline = state.ToTimeline();
            await dispatch(() =>
            {
                (Timeline, Tree) = (timeline, tree);
                Changed?.Invoke();
            });
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    private async Task ReadAllAsync()
    {
        wantsAll = true;
        if (await timelines.FindAsync(RunId, closed) is { } record) state!.TakeIn(record);
        wantsAll = false;
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
