namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>No model or tool call started after a cancel was accepted.</summary>
internal sealed class NoCallAfterCancel(EngineCounters counters) : IInvariant
{
    private long told;

    public string Key => "cancel";

    public string Promise => "No model or tool call starts after a cancel was accepted.";

    public Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        var calls = counters.CallsAfterCancel;
        var fresh = calls - told;
        told = calls;
        return Task.FromResult<IReadOnlyList<Finding>>(fresh == 0 ? [] : [new Finding($"{fresh} calls started after their cancel.", null, null)]);
    }
}
