using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Views;

/// <summary>The saved views of everybody; each verb says whose.</summary>
internal sealed class SavedViewService(SavedViewStore store, IdSource ids, TimeProvider time)
{
    public event Action? Changed
    {
        add => store.Changed += value;
        remove => store.Changed -= value;
    }

    public IReadOnlyList<SavedView> List(string personId) =>
        [.. store.Views.Where(view => view.PersonId == personId).OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase)];

    public async Task<SavedView> CreateAsync(string personId, string name, string query)
    {
        Require(name, query);
        var now = StoreTime.Truncate(time.GetUtcNow());
        var view = new SavedView { Id = ids.NewView(), PersonId = personId, Name = name.Trim(), Query = query, CreatedAt = now, UpdatedAt = now };
        return await SaveAsync(view, isNew: true);
    }

    public async Task<SavedView> ChangeAsync(string personId, string id, string? name, string? query)
    {
        var before = store.Views.FirstOrDefault(view => view.Id == id && view.PersonId == personId) ?? throw RefusedException.NotFound("view", id);
        Require(name ?? before.Name, query ?? before.Query);
        return await SaveAsync(before with { Name = name?.Trim() ?? before.Name, Query = query ?? before.Query, UpdatedAt = StoreTime.Truncate(time.GetUtcNow()) }, isNew: false);
    }

    public async Task DeleteAsync(string personId, string id)
    {
        if (!await store.RemoveAsync(personId, id)) throw RefusedException.NotFound("view", id);
    }

    private async Task<SavedView> SaveAsync(SavedView view, bool isNew) => await store.SaveAsync(view, isNew) switch
    {
        ViewSaveOutcome.Saved => view,
        ViewSaveOutcome.NameTaken => throw RefusedException.Conflict("view_name_taken", $"Another view of yours is called '{view.Name}'. Choose another name, or change that view."),
        ViewSaveOutcome.TooMany => throw RefusedException.Conflict("too_many_views", $"You have {ISavedViews.MostViews} views already. Delete one first."),
        _ => throw RefusedException.NotFound("view", view.Id),
    };

    private static void Require(string name, string query)
    {
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(name)) errors["name"] = ["name is missing: what you call the view."];
        else if (name.Trim().Length > ISavedViews.MaxNameLength) errors["name"] = [$"name may be {ISavedViews.MaxNameLength} characters long; this one has {name.Trim().Length}. Shorten it."];
        else if (name.Any(char.IsControl)) errors["name"] = ["name may hold no control characters, such as line breaks. Leave them out."];
        if (query.Length > ISavedViews.MaxQueryLength) errors["query"] = [$"query may be {ISavedViews.MaxQueryLength} characters long. Leave out some of its filters or closed groups."];
        else if (query.Any(letter => char.IsControl(letter) || letter is '#')) errors["query"] = ["query has to be what stands behind the question mark of the list's address, such as status=failed&sort=title."];
        if (errors.Count > 0) throw RefusedException.Validation(errors);
    }
}
