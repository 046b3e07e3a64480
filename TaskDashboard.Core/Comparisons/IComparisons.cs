using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Comparisons;

/// <summary>The same order for several agents or models side by side, and the choice of one of them. Refusals are <see cref="RefusedException"/>. Safe for threads.</summary>
public interface IComparisons
{
    /// <summary>Stores one task for each candidate, each with a chat of its own: all of them in one commit, or none.</summary>
    /// <exception cref="RefusedException"><c>validation</c>, and what a new task may be refused for.</exception>
    Task<CreatedComparison> CreateAsync(CreateComparison command, CancellationToken cancellationToken = default);

    /// <summary>The comparison with its tasks as they are now; null where there is none, or all of it is deleted.</summary>
    Task<Comparison?> FindAsync(string comparisonId, CancellationToken cancellationToken = default);

    /// <summary>Marks one of them as the one that was picked, in place of whichever was.</summary>
    /// <param name="comparisonId">The comparison.</param>
    /// <param name="taskId">One of its tasks.</param>
    /// <param name="stopsOthers">Cancels the others that have not ended, with what is below them.</param>
    /// <param name="by">Who picks, for the reason that people read.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="RefusedException"><c>not_found</c>, <c>validation</c>.</exception>
    Task<Comparison> PickAsync(string comparisonId, string taskId, bool stopsOthers, string by, CancellationToken cancellationToken = default);

    /// <summary>Cancels those of its tasks that have not ended, with what is below them. Answers with how many were signalled; 0 is no refusal.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task<int> StopAsync(string comparisonId, string by, CancellationToken cancellationToken = default);
}
