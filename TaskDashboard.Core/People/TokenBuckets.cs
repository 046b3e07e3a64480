namespace TaskDashboard.Core.People;

/// <summary>How often something may happen, for each key by itself: so many at once, and so many in a time in the long run. In memory; safe for threads.</summary>
/// <param name="time">The clock.</param>
/// <param name="within">The time in which an empty bucket is full again.</param>
internal sealed class TokenBuckets(TimeProvider time, TimeSpan within)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Takes one for every key, or for none of them.</summary>
    /// <param name="keys">Each with how many it has at once, and within the time: always the same number for a key.</param>
    /// <returns>Null when it was taken; otherwise after how long there is one again.</returns>
    public TimeSpan? TryTake(params ReadOnlySpan<(string Key, int Most)> keys)
    {
        // Looked at and taken in one: of many who come for the last one, one gets it.
        lock (gate)
        {
            foreach (var (key, most) in keys)
            {
                if (WaitFor(key, most) is { } wait) return wait;
            }

            foreach (var (key, _) in keys) buckets[key].Left--;
            return null;
        }
    }

    private TimeSpan? WaitFor(string key, double most)
    {
        if (!buckets.TryGetValue(key, out var bucket)) buckets[key] = bucket = new Bucket(most, time.GetTimestamp());
        bucket.Fill(time, most, within);
        return bucket.Left >= 1 ? null : within * ((1 - bucket.Left) / most);
    }

    private sealed class Bucket(double left, long at)
    {
        public double Left { get; set; } = left;

        public void Fill(TimeProvider time, double most, TimeSpan within)
        {
            var now = time.GetTimestamp();
            Left = Math.Min(most, Left + (time.GetElapsedTime(at, now) / within * most));
            at = now;
        }
    }
}
