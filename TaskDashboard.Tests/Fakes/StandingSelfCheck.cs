using TaskDashboard.Core.SelfCheck;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A self-check that finds what a test says.</summary>
internal sealed class StandingSelfCheck : ISelfCheck
{
    public SelfCheckReport Current { get; private set; } = Report(null, ("owner", InvariantStatus.NotChecked));

    /// <summary>How often somebody asked for a look.</summary>
    public int Looks { get; private set; }

    public event Action? Changed;

    public Task<SelfCheckReport> CheckAsync(CancellationToken cancellationToken = default)
    {
        Looks++;
        return Task.FromResult(Current);
    }

    /// <summary>Takes a look that finds this.</summary>
    public void Find(params (string Key, InvariantStatus Status)[] found)
    {
        Current = Report(Builders.ATask.Noon, found);
        Changed?.Invoke();
    }

    private static SelfCheckReport Report(DateTimeOffset? at, params (string Key, InvariantStatus Status)[] found) => new(
        found.All(one => one.Status == InvariantStatus.Ok), at,
        [.. found.Select(one => new InvariantReport(
            one.Key, $"The promise of {one.Key}.", one.Status, at, one.Status == InvariantStatus.Failing ? ["task_1 has no owner."] : [], one.Status == InvariantStatus.Failing ? 2 : 0, at))],
        new EngineCounts(1, 1, 64, 0, 0, 0, 0, 0, 0), null);
}
