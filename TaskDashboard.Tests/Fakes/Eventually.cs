namespace TaskDashboard.Tests.Fakes;

/// <summary>Waits for what must come true by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Bound) throw new TimeoutException($"Not true within {Bound.TotalSeconds} s.");
            await Task.Delay(5);
        }
    }
}
