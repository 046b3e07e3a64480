namespace TaskDashboard.Core.Processes;

/// <summary>Which processes of ours are alive, and for which task. Safe for threads.</summary>
internal sealed class LivingCommands
{
    /// <summary>For how long after the last one's end something that it sent may still wait to be read here, in milliseconds.</summary>
    private const long AfterwardsMs = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<uint, string?> living = [];
    private long watchedUntil;

    /// <summary>Whether nobody is there, nor has been a moment ago: one comparison.</summary>
    public bool HaveLongBeenNone => Environment.TickCount64 >= Volatile.Read(ref watchedUntil);

    public void Add(ProcessMark mark, string? taskId)
    {
        lock (gate)
        {
            living[mark.Number] = taskId;
            Volatile.Write(ref watchedUntil, long.MaxValue);
        }
    }

    public void Remove(ProcessMark mark)
    {
        lock (gate)
        {
            living.Remove(mark.Number);
            if (living.Count == 0) Volatile.Write(ref watchedUntil, Environment.TickCount64 + AfterwardsMs);
        }
    }

    /// <summary>The task that a process was started for; null for none, and for one that is not known.</summary>
    public string? TaskOf(uint number)
    {
        lock (gate) return living.GetValueOrDefault(number);
    }
}
