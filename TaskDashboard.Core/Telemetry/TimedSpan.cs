using System.Diagnostics;
using static TaskDashboard.Core.Telemetry.TelemetryNames;

namespace TaskDashboard.Core.Telemetry;

/// <summary>A span by the engine's own clock, and how long it took; the duration is there also where nobody wants the span. Ends once; safe for threads.</summary>
internal sealed class TimedSpan(Activity? activity, TimeProvider time)
{
    private readonly long began = time.GetTimestamp();
    private int ended;

    /// <summary>Null where nobody listens, or the trace is not sampled.</summary>
    public Activity? Activity => activity;

    public TimeSpan Elapsed => time.GetElapsedTime(began);

    /// <summary>Ends it with what is known by now. False when it has ended before.</summary>
    /// <param name="outcome">One word.</param>
    /// <param name="errorType">What kind of failure it was; null for none. What a person stopped is no failure.</param>
    /// <param name="duration">How long it took.</param>
    public bool TryEnd(string outcome, string? errorType, out TimeSpan duration)
    {
        duration = Elapsed;
        if (Interlocked.Exchange(ref ended, 1) != 0) return false;
        if (activity is null) return true;
        activity.SetTag(Outcome, outcome);
        if (errorType is not null)
        {
            activity.SetTag(ErrorType, errorType);

            // Without a description: it would say what people, models or tools have said.
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.SetEndTime(activity.StartTimeUtc + duration);
        activity.Stop();
        return true;
    }
}
