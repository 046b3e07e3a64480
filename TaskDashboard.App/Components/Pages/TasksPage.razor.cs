using Microsoft.AspNetCore.Components;
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

    /// <summary>Who makes a task wants to see it; what moves among others can wait a moment.</summary>
    private static readonly TimeSpan ArrivalInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource closing = new();
    private TaskListViewModel list = null!;
    private VisibleTasks visible = null!;
    private RenderThrottle recount = null!;
    private RenderThrottle reread = null!;
    private RenderThrottle arriving = null!;
    private RenderThrottle moving = null!;
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

    protected override async Task OnInitializedAsync()
    {
        list = new TaskListViewModel(Reader, Bulk);
        clock = new PageScript(JS, "./js/local-time.js");
        visible = new VisibleTasks(Reader);
        recount = new RenderThrottle(Time, Logger, () => InvokeAsync(RecountAsync), ReadInterval);
        reread = new RenderThrottle(Time, Logger, () => InvokeAsync(ReadVisibleAsync), ReadInterval);
        arriving = new RenderThrottle(Time, Logger, () => InvokeAsync(BringInAsync), ArrivalInterval);
        moving = new RenderThrottle(Time, Logger, () => InvokeAsync(BringInAsync), ReadInterval);
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
        var filter = TaskListFilter.FromUri(Navigation.Uri);
        if (list.IsLoaded && filter == list.Filter) return;
        if (!interactive)
        {
            // The document comes with what can be read at once. Words take longer, groups too, and only a browser knows where its days begin.
            if (filter is { Search.Length: 0, Group: null, Period: null }) await list.ShowAsync(filter, closing.Token);
            return;
        }

        if (list.Fold(filter))
        {
            if (table is not null) await table.ReloadAsync(toTop: false);
            return;
        }

        var bounds = await BoundsAsync(filter.Period);

        // The browser was asked for its time zone, and meanwhile somebody may have chosen something else.
        if (TaskListFilter.FromUri(Navigation.Uri) != filter) return;
        await list.ShowAsync(filter, closing.Token, bounds);
        if (table is not null) await table.ReloadAsync(toTop: true);
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
            if (list.NeedsRecount && TaskListViewModel.MovesNumbers(batch)) recount.Request();
            if (visible.Apply(batch)) reread.Request();
            if (list is not { NewCount: 0, IsStale: false }) (list.Filter.Group is null && batch.Changes.Any(change => change.Created) ? arriving : moving).Request();
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

    private async Task BringInAsync()
    {
        try
        {
            await ShowNewsAsync();
            StateHasChanged();
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The page is gone, and with it what it was reading.
        }
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
        if (list.IsStale) moving.Request();
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
        arriving.Dispose();
        moving.Dispose();
        await closing.CancelAsync();
        closing.Dispose();
        await clock.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
