using TaskDashboard.Core.Storage.Rows;
using TaskDashboard.Core.Views;

namespace TaskDashboard.Core.Storage;

/// <summary>What became of a save.</summary>
internal enum ViewSaveOutcome
{
    Saved,

    /// <summary>Another view of the person has that name.</summary>
    NameTaken,

    /// <summary>The person has as many as anybody can have.</summary>
    TooMany,

    /// <summary>Somebody removed it meanwhile.</summary>
    Gone,
}

/// <summary>Keeps the saved views, all of them in memory as they are committed. Safe for threads.</summary>
internal sealed class SavedViewStore
{
    private readonly Store store;
    private volatile IReadOnlyList<SavedView> views;

    public SavedViewStore(Store store)
    {
        this.store = store;
        using var context = store.Contexts.CreateDbContext();
        views = [.. context.SavedViews.AsEnumerable().Select(ToView)];
    }

    /// <summary>A view was saved or removed, and that is on disk. Must be quick, and must not throw.</summary>
    public event Action? Changed;

    public IReadOnlyList<SavedView> Views => views;

    /// <summary>Whether it may be saved is decided where views are written, one after the other.</summary>
    public async Task<ViewSaveOutcome> SaveAsync(SavedView view, bool isNew)
    {
        var operation = new CommittedOperation<ViewSaveOutcome>(
            batch =>
            {
                var others = ListOthers(batch, view);
                if (others.Contains(view.Name, StringComparer.OrdinalIgnoreCase)) return ViewSaveOutcome.NameTaken;
                if (isNew && others.Count >= ISavedViews.MostViews) return ViewSaveOutcome.TooMany;
                using var statement = isNew
                    ? Statement.Insert(batch.Database, "saved_views", ["person_id", "name", "query", "created_at", "updated_at", "id"])
                    : Statement.Update(batch.Database, "saved_views", ["person_id", "name", "query", "created_at", "updated_at"], "id");
                var written = statement.Execute(view.PersonId, view.Name, view.Query, StoreTime.ToStore(view.CreatedAt), StoreTime.ToStore(view.UpdatedAt), view.Id);
                return written > 0 ? ViewSaveOutcome.Saved : ViewSaveOutcome.Gone;
            },
            outcome =>
            {
                if (outcome == ViewSaveOutcome.Saved) views = [.. views.Where(one => one.Id != view.Id), view];
            });
        store.Writer.Enqueue(operation);
        var outcome = await operation.Completion;
        if (outcome == ViewSaveOutcome.Saved) Changed?.Invoke();
        return outcome;
    }

    /// <returns>False where the person has no such view.</returns>
    public async Task<bool> RemoveAsync(string personId, string id)
    {
        var operation = new CommittedOperation<bool>(
            batch =>
            {
                using var delete = new Statement(batch.Database, "DELETE FROM saved_views WHERE id = ? AND person_id = ?");
                return delete.Execute(id, personId) > 0;
            },
            removed =>
            {
                if (removed) views = [.. views.Where(view => view.Id != id)];
            });
        store.Writer.Enqueue(operation);
        var removed = await operation.Completion;
        if (removed) Changed?.Invoke();
        return removed;
    }

    /// <summary>The names of the person's other views. SQLite folds the letters of English only, so they are compared outside; names have no line breaks.</summary>
    private static List<string> ListOthers(WriteBatch batch, SavedView view)
    {
        using var names = new Statement(batch.Database, "SELECT group_concat(name, char(10)) FROM saved_views WHERE person_id = ? AND id <> ?");
        return names.Texts(view.PersonId, view.Id)?[0] is { } all ? [.. all.Split('\n')] : [];
    }

    private static SavedView ToView(SavedViewRow row) => new()
    {
        Id = row.Id,
        PersonId = row.PersonId,
        Name = row.Name,
        Query = row.Query,
        CreatedAt = StoreTime.FromStore(row.CreatedAt),
        UpdatedAt = StoreTime.FromStore(row.UpdatedAt),
    };
}
