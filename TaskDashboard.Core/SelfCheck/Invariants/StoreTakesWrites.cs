using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>What the engine has to say can be written down.</summary>
internal sealed class StoreTakesWrites(Store store) : IInvariant
{
    public string Key => "store";

    public string Promise => "The store takes what is written.";

    public Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Finding>>(
        store.Writer.Health.Current is { IsAvailable: false } status
            ? [new Finding($"{status.Why} {status.QueueLength} changes wait since {status.FailingSince:HH:mm:ss} UTC; none is lost.", null, null)]
            : []);
}
