using TaskDashboard.Core.Views;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>Saved views and the addresses of the lists that they show.</summary>
public static class ViewAddress
{
    /// <summary>Under the site's root. What the list does not understand of it any more is left out.</summary>
    public static string Of(SavedView view) => FilterOf(view).ToUri();

    /// <summary>What a view has to hold to show a list.</summary>
    public static string QueryOf(TaskListFilter filter) => filter.ToUri() is var address && address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? address[(mark + 1)..] : "";

    /// <summary>The view that shows just this list, with the same groups open where there is one, and else with others; null for none.</summary>
    public static SavedView? Find(IReadOnlyCollection<SavedView> views, TaskListFilter filter) =>
        views.FirstOrDefault(view => FilterOf(view) == filter) ?? views.FirstOrDefault(view => FilterOf(view) with { Closed = filter.Closed } == filter);

    private static TaskListFilter FilterOf(SavedView view) => TaskListFilter.FromUri($"tasks?{view.Query}");
}
