using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>The counts that badges show are those of the store.</summary>
internal sealed class CountsAreExact(Store store) : IInvariant
{
    private const int MostTries = 5;

    public string Key => "counts";

    public string Promise => "The counts in memory are those of the store.";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var before = store.Live.Counts;
            var stored = await context.Tasks.GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.LongCount() })
                .ToDictionaryAsync(group => (AgentTaskStatus)group.Key, group => group.Count, cancellationToken);
            var after = store.Live.Counts;

            // While tasks come and go between the two looks there is nothing to compare.
            if (!before.ByStatus.All(count => after.ByStatus[count.Key] == count.Value)) continue;
            var wrong = after.ByStatus.Where(count => stored.GetValueOrDefault(count.Key) != count.Value).ToList();
            return [.. wrong.Select(count => new Finding(
                $"{count.Value} tasks count as {count.Key.ToWire()}, and {stored.GetValueOrDefault(count.Key)} are stored.", $"{count}", null))];
        }

        return [];
    }
}
