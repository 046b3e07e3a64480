using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Usage;

/// <summary>Reads what model calls came to, day by day (UTC). What is deleted since is in it, too. Safe for threads.</summary>
public interface IUsageReader
{
    /// <summary>The lines that are asked for, by day, person, agent and model.</summary>
    /// <exception cref="RefusedException"><c>validation</c>: the days are the wrong way round, or too many.</exception>
    Task<IReadOnlyList<UsageLine>> ListAsync(UsageQuery query, CancellationToken cancellationToken = default);
}
