using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.App.ViewModels.Text;

namespace TaskDashboard.App.Components.Pages;

/// <summary>What the page's address says, and how it is changed.</summary>
public partial class TasksPage
{
    // These are read from the address as one filter; they stand here so that a changed address sets the page's parameters.
    [SupplyParameterFromQuery(Name = "status")] private string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "agent")] private string? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "q")] private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "sort")] private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "model")] private string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "date")] private string? Date { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "group")] private string? Group { get; set; }

    [SupplyParameterFromQuery(Name = "closed")] private string? Closed { get; set; }

    /// <summary>The task that is looked into beside the list.</summary>
    [SupplyParameterFromQuery(Name = "peek")] private string? Peek { get; set; }

    /// <summary>What tasks can be narrowed to: the models that there are, and the one that the address names.</summary>
    private IReadOnlyList<string> Models =>
        [.. Catalog.Models.Select(model => model.Id).Concat(list.Filter.Model is { } named ? [named] : []).Distinct(StringComparer.Ordinal)];

    private string? EmptyText
    {
        get
        {
            if (!list.Filter.IsFiltered) return null;
            var parts = new List<string>();
            if (list.Filter.Segment != TaskSegment.All) parts.Add(L[$"Segment.{list.Filter.Segment}"]);
            if (list.Filter.AgentId is { } id) parts.Add(agents.FirstOrDefault(agent => agent.Id == id)?.Name ?? id);
            if (list.Filter.Model is { } model) parts.Add(ModelName.ForPeople(model));
            if (list.Filter.Period is { } period) parts.Add(PeriodText(period));
            if (list.Filter.Search.Length > 0) parts.Add(L["Tasks.Empty.Words", list.Filter.Search]);
            return L["Tasks.Empty.Text", string.Join(" · ", parts)];
        }
    }

    /// <summary>Days begin where the person is; only their browser knows. Where it says nothing that is known here, they begin in UTC.</summary>
    private async Task<(DateTimeOffset? From, DateTimeOffset? To)> BoundsAsync(TaskPeriod? period)
    {
        if (period is null) return default;
        zone ??= await clock.AskAsync<string?>("timeZone") is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var found) ? found : TimeZoneInfo.Utc;
        return period.Bounds(Time.GetUtcNow(), zone);
    }

    private string PeriodText(TaskPeriod period) => period.Kind switch
    {
        TaskPeriodKind.Today => L["Tasks.Today"],
        TaskPeriodKind.Week => L["Tasks.Week"],
        TaskPeriodKind.Month => L["Tasks.Month"],
        _ => $"{period.From?.ToString("d", CultureInfo.CurrentCulture) ?? "…"} – {period.To?.ToString("d", CultureInfo.CurrentCulture) ?? "…"}",
    };

    private void ChangeFilter(TaskListFilter filter) =>
        Navigation.NavigateTo(filter.ToUri(), replace: filter.Search != list.Filter.Search);

    /// <summary>At once, and then in the address: a second group may be folded before the browser has told that it changed.</summary>
    private async Task ToggleGroupAsync(TaskGroupModel group)
    {
        var filter = list.Filter with { Closed = TaskGroupings.Toggle(list.Filter.Closed, group.Name) };
        if (list.Fold(filter) && table is not null) await table.ReloadAsync(toTop: false);
        Navigation.NavigateTo(WithPeek(filter.ToUri(), Peek), replace: true);
    }

    private void PeekAt(string? taskId) => Navigation.NavigateTo(WithPeek(list.Filter.ToUri(), taskId), replace: true);

    private static string WithPeek(string address, string? taskId) => string.IsNullOrEmpty(taskId) ? address : QueryHelpers.AddQueryString(address, "peek", taskId);
}
