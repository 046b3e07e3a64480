namespace TaskDashboard.App.ViewModels;

/// <summary>
/// Turns any number of requests into calls of one action: at once when it was quiet, else at most once per interval. The action is
/// called on a pool thread, never twice at the same time, and once more for what was asked while it was at work.
/// </summary>
public sealed class RenderThrottle : IDisposable
{
    /// <summary>20 renders a second.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly TimeSpan interval;
    private readonly ILogger logger;
    private readonly Func<Task> action;
    private readonly ITimer timer;
    private long? lastEnd;
    private bool scheduled;
    private bool working;
    private bool again;
    private bool disposed;

    /// <param name="time">Measures the interval.</param>
    /// <param name="logger">Hears of an action that failed; the next request calls it again.</param>
    /// <param name="action">What is called.</param>
    /// <param name="interval">The least time from the end of a call to the beginning of the next; 50 ms when none is given.</param>
    public RenderThrottle(TimeProvider time, ILogger logger, Func<Task> action, TimeSpan? interval = null)
    {
        this.time = time;
        this.logger = logger;
        this.action = action;
        this.interval = interval ?? DefaultInterval;
        timer = time.CreateTimer(static state => _ = ((RenderThrottle)state!).RunAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for a call; safe for threads, returns at once.</summary>
    public void Request()
    {
        lock (gate)
        {
            if (disposed || scheduled) return;
            if (working)
            {
                again = true;
                return;
            }

            Schedule();
        }
    }

    private void Schedule()
    {
        scheduled = true;
        var rest = lastEnd is { } last ? interval - time.GetElapsedTime(last) : TimeSpan.Zero;
        timer.Change(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task RunAsync()
    {
        lock (gate)
        {
            if (disposed) return;
            scheduled = false;
            working = true;
        }

        try
        {
            await action();
        }
        catch (ObjectDisposedException)
        {
            // The page went while its turn was coming: there is nothing left to draw.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.LogError(exception, "A view could not be brought up to date.");
        }
        finally
        {
            lock (gate)
            {
                working = false;
                lastEnd = time.GetTimestamp();
                if (again && !disposed)
                {
                    again = false;
                    Schedule();
                }
            }
        }
    }

    public void Dispose()
    {
        lock (gate) disposed = true;
        timer.Dispose();
    }
}
