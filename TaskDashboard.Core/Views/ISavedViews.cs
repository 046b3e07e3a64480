using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Views;

/// <summary>
/// The saved views of one person. Each verb completes when what it promises is on disk; a refusal changes nothing and is a
/// <see cref="RefusedException"/>. Safe for threads.
/// </summary>
public interface ISavedViews
{
    /// <summary>How many views a person has at most.</summary>
    const int MostViews = 50;

    const int MaxNameLength = 60;

    const int MaxQueryLength = 4_000;

    /// <summary>A view of somebody was saved or removed. Raised on a thread of the engine's: must be quick, and must not throw.</summary>
    event Action? Changed;

    /// <summary>All of them, by name. From memory.</summary>
    IReadOnlyList<SavedView> List();

    /// <exception cref="RefusedException"><c>validation</c>; <c>view_name_taken</c>; <c>too_many_views</c>.</exception>
    Task<SavedView> CreateAsync(string name, string query, CancellationToken cancellationToken = default);

    /// <summary>Changes what is given; null leaves it as it is.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>; <c>validation</c>; <c>view_name_taken</c>.</exception>
    Task<SavedView> ChangeAsync(string id, string? name, string? query, CancellationToken cancellationToken = default);

    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task DeleteAsync(string id, CancellationToken cancellationToken = default);
}
