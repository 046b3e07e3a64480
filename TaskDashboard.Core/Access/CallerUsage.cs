using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Usage;

namespace TaskDashboard.Core.Access;

/// <summary>Owners see what everybody used, others what was used for them.</summary>
internal sealed class CallerUsage(UsageReader inner, ICallerSource source) : IUsageReader
{
    public Task<IReadOnlyList<UsageLine>> ListAsync(UsageQuery query, CancellationToken cancellationToken = default) =>
        inner.ListAsync(source.Caller.Role >= PersonRole.Owner ? query : query with { PersonId = source.Caller.UserId }, cancellationToken);
}
