using TaskDashboard.Core.Events;
using TaskDashboard.Core.Secrets;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// How far a tool call is, told to whoever watches its task: at most two <c>progress</c> events a second, of which the last word wins, and none behind
/// the call's result. Safe for threads; a report never waits for anything.
/// </summary>
/// <param name="callId">The call.</param>
/// <param name="recorder">Writes what the call's run finds out.</param>
/// <param name="time">Measures the interval.</param>
/// <param name="secrets">What is taken out of every word; null for nothing.</param>
internal sealed class CallProgress(string callId, RunRecorder recorder, TimeProvider time, SecretRedaction? secrets = null)
{
    /// <summary>The least time between two events of one call.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private Func<ProgressData>? waiting;
    private bool writing;
    private volatile bool closed;

    /// <summary>That of the tool call in which the running code was started; null outside of one.</summary>
    public static CallProgress? Current => Lineage.Current?.Progress;

    /// <summary>Tells how far the call is.</summary>
    /// <param name="text">What it is at, in a few words; null to say nothing of that.</param>
    /// <param name="fraction">How much of it is done, from 0 to 1; null when nobody knows.</param>
    public void Report(string? text, double? fraction)
    {
        if (text is not null || fraction is not null) Report(() => new ProgressData(text, fraction) { CallId = callId });
    }

    /// <summary>Tells what the call has come to, in words that are made only when it is told: for one that has much to say.</summary>
    public void Report(Func<string> text) => Report(() => new ProgressData(text(), null) { CallId = callId });

    private void Report(Func<ProgressData> news)
    {
        lock (gate)
        {
            if (closed) return;
            waiting = news;
            if (writing) return;
            writing = true;
        }

        // Whatever the store throws there, it throws at the run's own next write too, where it is dealt with.
        _ = WriteAsync();
    }

    /// <summary>The call has its result: nothing is told any more, and what was not written yet never is.</summary>
    public void Close() => closed = true;

    private async Task WriteAsync()
    {
        while (true)
        {
            ProgressData said;
            lock (gate)
            {
                if (closed || waiting is null)
                {
                    writing = false;
                    return;
                }

                (said, waiting) = (waiting(), null);
            }

            if (secrets is not null && said.Text is { } text) said = said with { Text = secrets.Redact(text) };

            // Asked again on the writer, so that nothing comes behind the result. A run that has lost its task has nothing more to tell.
            if (!await recorder.TellAsync(said, () => !closed)) closed = true;
            await Task.Delay(Interval, time);
        }
    }
}
