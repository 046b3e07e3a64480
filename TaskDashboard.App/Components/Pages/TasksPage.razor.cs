using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using Radzen;
using TaskDashboard.App.Components.Shared;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Archives;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Pages;

/// <summary>All tasks, live. The address holds the filter; the view model holds the rows.</summary>
public partial class TasksPage
{
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource closing = new();
    private TaskListViewModel list = null!;
    private VisibleTasks visible = null!;
    private RenderThrottle recount = null!;
    private RenderThrottle reread = null!;
    private TaskTable? table;
    private PageScript clock = null!;
    private TimeZoneInfo? zone;
    private IReadOnlyList<AgentDefinition> agents = [];
    private bool interactive;
    private (string File, string Why)? importProblem;

    [Inject] public required ITaskReader Reader { get; init; }

    [Inject] public required ITaskService Tasks { get; init; }

    [Inject] public required TaskCommands Commands { get; init; }

    [Inject] public required IAgentStore AgentStore { get; init; }

    [Inject] public required IModelCatalog Catalog { get; init; }

    [Inject] public required LiveTaskList Live { get; init; }

    [Inject] public required IBulkJobs Bulk { get; init; }

    [Inject] public required BulkJobList BulkList { get; init; }

    [Inject] public required IJSRuntime JS { get; init; }

    [Inject] public required PendingDeletions Deletions { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    [Inject] public required NotificationService Notifications { get; init; }

    [Inject] public required TimeProvider Time { get; init; }

    [Inject] public required ILogger<TasksPage> Logger { get; init; }

    // These are read from the address as one filter; they stand here so that a changed address sets the page's parameters.
    [SupplyParameterFromQuery(Name = "status")] private string? Status { get; set; }

    [SupplyParameterFromQuery(Name = "agent")] private string? Agent { get; set; }

    [SupplyParameterFromQuery(Name = "q")] private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "sort")] private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "model")] private string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "date")] private string? Date { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? To { get; set; }

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

    protected override async Task OnInitializedAsync()
    {
        list = new TaskListViewModel(Reader, Bulk);
        clock = new PageScript(JS, "./js/local-time.js");
        visible = new VisibleTasks(Reader);
        recount = new RenderThrottle(Time, Logger, () => InvokeAsync(RecountAsync), ReadInterval);
        reread = new RenderThrottle(Time, Logger, () => InvokeAsync(ReadVisibleAsync), ReadInterval);
        interactive = RendererInfo.IsInteractive;
        if (interactive)
        {
            Live.Changed += TakeIn;
            Deletions.Begun += Hide;
            Deletions.Restored += Restore;
            BulkList.Moved += FollowDeletions;
            foreach (var task in Deletions.Items) list.Hide(task.Id, true);
        }

        agents = await AgentStore.ListAsync(closing.Token);
    }

    protected override async Task OnParametersSetAsync()
    {
        // While prerendering the numbers are known already, and rows would be read for nobody: only a browser knows how many fit.
        var filter = TaskListFilter.FromUri(Navigation.Uri);
        if (!interactive || (list.IsLoaded && filter == list.Filter)) return;

        var bounds = await BoundsAsync(filter.Period);

        // The browser was asked for its time zone, and meanwhile somebody may have chosen something else.
        if (TaskListFilter.FromUri(Navigation.Uri) != filter) return;
        await list.ShowAsync(filter, closing.Token, bounds);
        if (table is not null) await table.ReloadAsync(toTop: true);
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

    private void PeekAt(string? taskId)
    {
        var address = list.Filter.ToUri();
        Navigation.NavigateTo(taskId is null ? address : QueryHelpers.AddQueryString(address, "peek", taskId), replace: true);
    }

    private async Task RefreshAsync()
    {
        await list.RefreshAsync(closing.Token);
        if (table is not null) await table.ReloadAsync(toTop: true);
    }

    private void TakeIn(LiveTaskBatch batch) => _ = InvokeAsync(async () =>
    {
        try
        {
            await list.ApplyAsync(batch, closing.Token);
            if (list.NeedsRecount) recount.Request();
            if (visible.Apply(batch)) reread.Request();
            await ShowNewsAsync();
            StateHasChanged();
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The page is gone, and with it what it was reading.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            await DispatchExceptionAsync(exception);
        }
    });

    /// <summary>Brings in rows that came and went, unless somebody is pointing at the list, is in it, or has scrolled: then the pill tells.</summary>
    private async Task ShowNewsAsync()
    {
        if (list is { NewCount: 0, IsStale: false } || table is { IsBusy: true }) return;
        await list.RefreshAsync(closing.Token);
        if (table is not null) await table.ReloadAsync(toTop: false);
    }

    /// <summary>A job hides the tasks that it is to remove, and shows again those that it leaves.</summary>
    private void FollowDeletions() => _ = InvokeAsync(async () =>
    {
        try
        {
            await list.RefreshAsync(closing.Token);
            if (table is not null) await table.ReloadAsync(toTop: false);
            StateHasChanged();
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The page is gone, and with it what it was reading.
        }
    });

    private void Show(IReadOnlyList<TaskRowModel> rows)
    {
        if (visible.Show(rows)) reread.Request();
    }

    private async Task ReadVisibleAsync()
    {
        try
        {
            if (await visible.ReadAsync(closing.Token)) reread.Request();
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The page is gone, and with it what it was reading.
        }
    }

    private async Task RecountAsync()
    {
        await list.RecountAsync(closing.Token);
        StateHasChanged();
    }

    private void Hide(AgentTask task) => _ = InvokeAsync(() =>
    {
        list.Hide(task.Id, true);
        StateHasChanged();
    });

    private void Restore(AgentTask task, string? problem) => _ = InvokeAsync(() =>
    {
        list.Hide(task.Id, false);
        if (problem is not null) Notifications.Notify(NotificationSeverity.Error, L["Tasks.NotDeleted", task.Title], problem);
        StateHasChanged();
    });

    private async Task NewTaskAsync()
    {
        if (await Commands.MakeTaskAsync() is not null) await RefreshAsync();
    }

    private void ShowImported(ImportReceipt receipt) => Navigation.NavigateTo($"chat?taskId={receipt.Task.Id}");

    private async Task StartPromptAsync(string prompt)
    {
        if (agents.FirstOrDefault(agent => agent.ArchivedAt is null) is not { } first) return;
        var order = new CreateTask { AgentId = first.Id, Message = prompt };
        try
        {
            var created = await Tasks.CreateAsync(order, closing.Token);
            if (created.Duplicate)
            {
                if (await AskAsync(created.Task) is not { } another) return;
                if (another) created = await Tasks.CreateAsync(order with { AllowDuplicates = true }, closing.Token);
            }

            Navigation.NavigateTo($"chat?taskId={created.Task.Id}");
        }
        catch (RefusedException refusal)
        {
            Notifications.Notify(NotificationSeverity.Error, L["NewTask.Refused"], RefusalText.Of(refusal, L));
        }
    }

    /// <summary>True for another one, false for the one that is at work, null when nobody wants either.</summary>
    private async Task<bool?> AskAsync(AgentTask existing) =>
        await Dialogs.OpenAsync<DuplicateDialog>(L["NewTask.Title"], new() { [nameof(DuplicateDialog.Existing)] = existing }, new DialogOptions { Width = "460px" }) as bool?;

    public async ValueTask DisposeAsync()
    {
        Live.Changed -= TakeIn;
        Deletions.Begun -= Hide;
        Deletions.Restored -= Restore;
        BulkList.Moved -= FollowDeletions;
        recount.Dispose();
        reread.Dispose();
        await closing.CancelAsync();
        closing.Dispose();
        await clock.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
