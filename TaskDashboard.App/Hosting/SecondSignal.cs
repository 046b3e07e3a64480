using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// The first signal stops in order, which may take ten seconds. Somebody who sends a second one does not want to wait: the process leaves at once,
/// as a crash would, and the next start settles what it left.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations;
    private int signals;

    public SecondSignal() => registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Take))];

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());

    private void Take(PosixSignalContext context)
    {
        // The host has its own handlers, which stop in order; this one only counts.
        if (Interlocked.Increment(ref signals) < 2) return;
        Console.Error.WriteLine("Leaving at once; the next start goes on from what is on disk.");
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
