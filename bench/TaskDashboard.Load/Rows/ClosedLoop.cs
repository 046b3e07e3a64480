using System.Collections.Concurrent;
using System.Diagnostics;
using TaskDashboard.Load.Measures;

namespace TaskDashboard.Load.Rows;

/// <summary>What a number of clients got done who each start the next one when the last one is done.</summary>
/// <param name="PerSecond">Done within the time, by all clients together.</param>
/// <param name="Milliseconds">What each took, as its client reported it.</param>
internal sealed record ClosedLoop(double PerSecond, IReadOnlyList<double> Milliseconds)
{
    public double Percentile(double percent) => Milliseconds.Percentile(percent);

    /// <param name="clients">How many at the same time.</param>
    /// <param name="duration">After it no new one begins; what is done later does not count.</param>
    /// <param name="once">Does one, and answers with the milliseconds that are of interest.</param>
    /// <param name="spread">Over how long the clients' first ones are spread, so that paced work does not march in step; none by default.</param>
    public static async Task<ClosedLoop> RunAsync(int clients, TimeSpan duration, Func<Task<double>> once, TimeSpan spread = default)
    {
        var samples = new ConcurrentBag<double>();
        var done = 0;
        var begin = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            await Task.Delay(spread * client / clients);
            while (Stopwatch.GetElapsedTime(begin) < duration)
            {
                samples.Add(await once());
                if (Stopwatch.GetElapsedTime(begin) < duration) Interlocked.Increment(ref done);
            }
        })));

        return new ClosedLoop(done / duration.TotalSeconds, [.. samples]);
    }
}
