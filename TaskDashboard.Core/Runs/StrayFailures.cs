using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// What a tool's code throws on a thread that nobody awaits would end the whole process, with every other task in it. The lineage, which flows
/// to such threads too, tells whose it is: that run fails with the message, and everything else goes on.
/// </summary>
/// <remarks>An exception on a thread that belongs to no run still ends the process: nobody knows what it left half done.</remarks>
internal static class StrayFailures
{
    private static readonly Lock Gate = new();
    private static bool installed;
    private static long count;

    /// <summary>How many were caught since the process began.</summary>
    public static long Count => Interlocked.Read(ref count);

    /// <summary>Takes over the process's last resort. Once is enough; further calls do nothing.</summary>
    public static void Install(ILogger logger)
    {
        lock (Gate)
        {
            if (installed) return;
            installed = true;
            ExceptionHandling.SetUnhandledExceptionHandler(exception => Take(exception, logger));
        }
    }

    private static bool Take(Exception exception, ILogger logger)
    {
        if (Lineage.Current is not { Run: { } run } lineage) return false;
        Interlocked.Increment(ref count);
        logger.LogError(exception, "A thread that a tool of {TaskId} had started broke ({CallId}); its run fails.", lineage.TaskId, lineage.CallId);

        // Not on this thread, which is about to end: a stop runs other code's callbacks.
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.Run.RequestStop(new RunStop(RunStopKind.Failure, state.Text)),
            (Run: run, Text: $"A thread that a tool had started broke: {exception.GetType().Name}: {exception.Message}"), preferLocal: false);
        return true;
    }
}
