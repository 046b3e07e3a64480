namespace TaskDashboard.Tests.Fakes;

/// <summary>Waits for what must come true by itself.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition().WaitAsync(Bound))
        {
            if (clock.Elapsed > Bound) throw new TimeoutException($"Not true within {Bound.TotalSeconds} s.");
            await Task.Delay(5);
        }
    }
}
