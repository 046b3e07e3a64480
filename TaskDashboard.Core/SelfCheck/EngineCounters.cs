using TaskDashboard.Core.Runs;

namespace TaskDashboard.Core.SelfCheck;

/// <summary>Counts what should be rare or never. Safe for threads.</summary>
internal sealed class EngineCounters(RunSlots slots, LiveRunTable runs)
{
    private long staleWrites;
    private long callsAfterCancel;
    private long abandonedCalls;
    private long repairs;

    public long CallsAfterCancel => Interlocked.Read(ref callsAfterCancel);

    public void CountStaleWrite() => Interlocked.Increment(ref staleWrites);

    public void CountCallsAfterCancel(int calls) => Interlocked.Add(ref callsAfterCancel, calls);

    public void CountAbandonedCall() => Interlocked.Increment(ref abandonedCalls);

    public void CountRepair() => Interlocked.Increment(ref repairs);

    public EngineCounts Read() => new(
        runs.All.Count, slots.Busy, slots.Total, slots.QueueLength, Interlocked.Read(ref staleWrites), CallsAfterCancel, StrayFailures.Count,
        Interlocked.Read(ref abandonedCalls), Interlocked.Read(ref repairs));
}
