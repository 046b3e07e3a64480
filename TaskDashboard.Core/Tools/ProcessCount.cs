namespace TaskDashboard.Core.Tools;

/// <summary>Counts the processes of a run's tools that were ended from outside. Safe for threads.</summary>
public sealed class ProcessCount
{
    private int reaped;

    public int Reaped => Volatile.Read(ref reaped);

    public void Add(int processes) => Interlocked.Add(ref reaped, processes);
}
