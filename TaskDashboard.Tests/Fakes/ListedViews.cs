using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Views;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Saved views in a list, for pages.</summary>
internal sealed class ListedViews : ISavedViews
{
    private int made;

    public event Action? Changed;

    public List<SavedView> All { get; } = [];

    public IReadOnlyList<SavedView> List() => [.. All.OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase)];

    public Task<SavedView> CreateAsync(string name, string query, CancellationToken cancellationToken = default)
    {
        RequireFree(name, null);
        var view = new SavedView { Id = $"view_{++made}", Name = name, Query = query };
        All.Add(view);
        Changed?.Invoke();
        return Task.FromResult(view);
    }

    public Task<SavedView> ChangeAsync(string id, string? name, string? query, CancellationToken cancellationToken = default)
    {
        var before = All.Find(view => view.Id == id) ?? throw RefusedException.NotFound("view", id);
        if (name is not null) RequireFree(name, id);
        var after = before with { Name = name ?? before.Name, Query = query ?? before.Query };
        All[All.IndexOf(before)] = after;
        Changed?.Invoke();
        return Task.FromResult(after);
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        if (All.RemoveAll(view => view.Id == id) == 0) throw RefusedException.NotFound("view", id);
        Changed?.Invoke();
        return Task.CompletedTask;
    }

    private void RequireFree(string name, string? id)
    {
        if (All.Any(view => view.Id != id && view.Name == name)) throw RefusedException.Conflict("view_name_taken", $"Another view is called '{name}'.");
    }
}
