using System.Collections.Concurrent;

namespace TaskDashboard.Core.Triggers;

/// <summary>How often each webhook may be called: a burst of 120, and 120 a minute in the long run. In memory; safe for threads.</summary>
internal sealed class CallRates(TimeProvider time)
{
    private const double Burst = 120;
    private const double PerSecond = 2;

    private static readonly TimeSpan TellAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>When to try again.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(1 / PerSecond);

    /// <param name="triggerId">The webhook.</param>
    /// <param name="tell">Whether a refusal is to be noted: one in a second, or the refusals would cost more than the calls.</param>
    public bool TryTake(string triggerId, out bool tell)
    {
        tell = true;
        var bucket = buckets.GetOrAdd(triggerId, _ => new Bucket(Burst, time.GetTimestamp()));
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Left = Math.Min(Burst, bucket.Left + (time.GetElapsedTime(bucket.At, now).TotalSeconds * PerSecond));
            bucket.At = now;
            if (bucket.Left < 1)
            {
                tell = bucket.ToldAt is not { } told || time.GetElapsedTime(told, now) >= TellAgain;
                if (tell) bucket.ToldAt = now;
                return false;
            }

            bucket.Left--;
            return true;
        }
    }

    private sealed class Bucket(double left, long at)
    {
        public double Left { get; set; } = left;

        public long At { get; set; } = at;

        public long? ToldAt { get; set; }
    }
}
