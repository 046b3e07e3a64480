using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Views;

namespace TaskDashboard.Core.Access;

/// <summary>The saved views of one caller. Nobody sees another's, owners neither: they are how somebody looks at things.</summary>
internal sealed class CallerSavedViews(SavedViewService inner, ICallerSource source) : ISavedViews
{
    public event Action? Changed
    {
        add => inner.Changed += value;
        remove => inner.Changed -= value;
    }

    public IReadOnlyList<SavedView> List() => inner.List(source.Caller.UserId);

    public Task<SavedView> CreateAsync(string name, string query, CancellationToken cancellationToken = default)
    {
        var caller = source.Caller;
        if (caller.Role < PersonRole.Member) throw RefusedException.NotAllowed("members");
        return inner.CreateAsync(caller.UserId, name, query);
    }

    public Task<SavedView> ChangeAsync(string id, string? name, string? query, CancellationToken cancellationToken = default) =>
        inner.ChangeAsync(RequireOwn(id), id, name, query);

    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) => inner.DeleteAsync(RequireOwn(id), id);

    private string RequireOwn(string id)
    {
        var caller = source.Caller;
        if (inner.List(caller.UserId).All(view => view.Id != id)) throw RefusedException.NotFound("view", id);
        if (caller.Role < PersonRole.Member) throw RefusedException.ReadOnly("view");
        return caller.UserId;
    }
}
