using System.Collections.Concurrent;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// The thread on which all processes are started: it never ends. On Linux the system takes the thread that started a process for its parent, and bubblewrap
/// goes with its parent: started on a thread of the pool, a command in the sandbox would be killed in the middle as soon as the pool retires that thread.
/// </summary>
internal static class StartingThread
{
    private static readonly BlockingCollection<Action> Orders = [];

    static StartingThread()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "Starts of processes" };

        // It serves all tasks: it has nothing of the one that happens to be the first.
        thread.UnsafeStart();
    }

    /// <summary>Starts something there.</summary>
    /// <exception cref="ProcessStartException">As <paramref name="start"/> throws it.</exception>
    public static Task<TStarted> RunAsync<TStarted>(Func<TStarted> start)
    {
        var started = new TaskCompletionSource<TStarted>(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.Add(() =>
        {
            try
            {
                started.SetResult(start());
            }
#pragma warning disable CA1031 // Whatever it is belongs to who wanted the process; the thread serves the others.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    private static void Work()
    {
        foreach (var order in Orders.GetConsumingEnumerable()) order();
    }
}
