using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The box of a row and of the list, the bar of what is chosen, the notice of a job.</summary>
public class SelectionTests : PageContext
{
    [Fact]
    public void ARowsBox_TellsWhoseItIs_AndSaysWhetherARangeIsMeant()
    {
        var asked = new List<bool>();
        var model = new TaskRowModel(ATask.With(title: "Tidy up"));
        var row = Render<TaskRow>(part => part.Add(component => component.Row, model).Add(component => component.OnSelect, asking => asked.Add(asking.Range)));
        var box = row.Find("[role=checkbox]");
        Assert.Equal(("false", "Select: Tidy up"), (box.GetAttribute("aria-checked"), box.GetAttribute("aria-label")));

        box.Click();
        box.Click(new MouseEventArgs { ShiftKey = true });

        Assert.Equal([false, true], asked);
        Assert.DoesNotContain("chat", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChoosingARow_DrawsThatRowAndNoOther_AndShowsTheBar()
    {
        var (list, bar) = await BarAsync(3);
        var rows = await list.RangeAsync(0, 3, default);
        var others = Render<TaskRow>(part => part.Add(component => component.Row, rows[1]));
        var row = Render<TaskRow>(part => part.Add(component => component.Row, rows[0]));
        Assert.Empty(bar.FindAll("[data-testid=selection-bar]"));
        var draws = others.RenderCount;

        await bar.InvokeAsync(() => list.SelectAsync(rows[0].Task.Id, false, default));

        Assert.Equal(draws, others.RenderCount);
        Assert.Equal("true", row.Find("[role=checkbox]").GetAttribute("aria-checked"));
        Assert.Equal("1 task selected", bar.Find("[data-testid=selection-count]").TextContent);
        Assert.Contains($"ids={rows[0].Task.Id}", bar.Find("a[data-action=bulk-export]").GetAttribute("href"), StringComparison.Ordinal);
        bar.Find("[data-action=clear-selection]").Click();
        Assert.Empty(bar.FindAll("[data-testid=selection-bar]"));
        Assert.Equal("false", row.Find("[role=checkbox]").GetAttribute("aria-checked"));
    }

    [Fact]
    public async Task SelectAllMatching_GoesToTheEngineAsTheFilter_AndStoppingSaysFirstHowManyStop()
    {
        var (list, bar) = await BarAsync(1240);
        var dialogs = Render<Radzen.Blazor.RadzenDialog>();
        await bar.InvokeAsync(() => list.SelectAsync("task_001239", false, default));
        bar.Find("[data-action=select-all]").Click();
        Assert.Equal("1,240 tasks selected", bar.Find("[data-testid=selection-count]").TextContent);
        Assert.True(bar.Find("[data-action=bulk-export]").HasAttribute("disabled"));
        Bulk.Reach = new BulkReach(1240, 7);

        bar.Find("[data-action=bulk-cancel]").Click();
        await Eventually.TrueAsync(() => dialogs.FindAll("[data-testid=bulk-reach]").Count == 1);
        Assert.Contains("Of the 1,240 selected, 7 tasks have not ended", dialogs.Find("[data-testid=bulk-reach]").TextContent, StringComparison.Ordinal);
        Assert.Empty(Bulk.Orders);
        dialogs.Find("[data-action=confirm-bulk]").Click();

        await Eventually.TrueAsync(() => Bulk.Orders.Count == 1);
        Assert.Equal((BulkAction.Cancel, TimeSpan.Zero), (Bulk.Orders[0].Action, Bulk.Orders[0].UndoTime));
        Assert.NotNull(Bulk.Orders[0].Filter);
        await Eventually.TrueAsync(() => list.Selection.IsEmpty);
    }

    [Fact]
    public async Task DeletingWhatHasEnded_AsksNothing_AndCanBeUndone()
    {
        var (list, bar) = await BarAsync(3);
        await bar.InvokeAsync(() => list.Selection.Add(["task_000000", "task_000001"]));
        Bulk.Reach = new BulkReach(2, 0);

        bar.Find("[data-action=bulk-delete]").Click();

        await Eventually.TrueAsync(() => Bulk.Orders.Count == 1);
        Assert.Equal((BulkAction.Delete, PendingDeletions.UndoTime), (Bulk.Orders[0].Action, Bulk.Orders[0].UndoTime));
        Assert.Equal(["task_000000", "task_000001"], Bulk.Orders[0].TaskIds!.Order());
    }

    [Fact]
    public async Task StoppingWhatHasEnded_IsToldSo_AndARefusalIsShown()
    {
        var (list, bar) = await BarAsync(3);
        var notes = Services.GetRequiredService<Radzen.NotificationService>().Messages;
        await bar.InvokeAsync(() => list.Selection.Add(["task_000000"]));
        bar.Find("[data-action=bulk-cancel]").Click();
        await Eventually.TrueAsync(() => notes.Any(note => note.Summary == "Nothing to stop"));
        Assert.Empty(Bulk.Orders);

        Bulk.Refusal = RefusedException.Conflict("bulk_busy", "4 jobs of yours are at work already.");
        bar.Find("[data-action=bulk-retry]").Click();
        await Eventually.TrueAsync(() => notes.Any(note => note.Detail == "Four jobs of yours are at work already. Wait for one to end, or abort it. Nothing was begun."));
        Assert.False(list.Selection.IsEmpty);
    }

    [Fact]
    public void ANotice_TellsHowFarAJobIs_AndWhatCouldNotBeDone()
    {
        var job = new BulkJob { Id = "bulk_1", Action = BulkAction.Delete, Status = BulkJobStatus.Running, Total = 1240, Done = 310, Failed = 2, Failures = [new BulkFailure("task_000009", "Keep me", "read_only", "You may read this task, but not change it.")] };
        Bulk.Jobs.Add(job);
        var notice = Render<BulkJobNotice>(part => part.Add(component => component.Job, job));
        Assert.Equal("Deleting tasks: 312 of 1,240", notice.Find(".notice-text").TextContent);
        Assert.Equal(("1240", "312"), (notice.Find("progress").GetAttribute("max"), notice.Find("progress").GetAttribute("value")));
        Assert.Contains("Keep me", notice.Find(".bulk-failures li").TextContent, StringComparison.Ordinal);
        notice.Find("[data-action=abort-bulk]").Click();
        Assert.Equal(["bulk_1"], Bulk.Aborted);

        notice.Render(part => part.Add(component => component.Job, job with { Status = BulkJobStatus.Interrupted }));
        Assert.Equal("The server restarted: 310 of 1,240 were deleted, the rest was left alone.", notice.Find(".notice-text").TextContent);
        Assert.Empty(notice.FindAll("progress"));
    }

    [Fact]
    public async Task ModelAndDate_GoIntoTheAddress_AndNarrowTheList()
    {
        Models.Models = [new Core.Providers.ModelDescription("openai/gpt-5", "openai", true), new Core.Providers.ModelDescription("builtin/assistant", "builtin", false)];
        Store.Tasks.Add(ATask.With("task_000001") with { CreatedAt = Time.GetUtcNow().AddDays(-3) });
        Store.Tasks.Add(ATask.With("task_000002", model: "openai/gpt-5") with { CreatedAt = Time.GetUtcNow() });
        var page = Render<TasksPage>();
        await page.Find("[data-testid=model-filter]").ChangeAsync(new() { Value = "openai/gpt-5" });
        Assert.EndsWith("tasks?model=openai%2Fgpt-5", Navigation.Uri, StringComparison.Ordinal);
        await page.Find("[data-testid=date-filter]").ChangeAsync(new() { Value = "today" });
        Assert.EndsWith("date=today", Navigation.Uri, StringComparison.Ordinal);

        var list = page.FindComponent<TaskTable>().Instance.List;
        await Eventually.TrueAsync(() => list is { IsLoaded: true, Total: 1, Filter.Period: not null });
        await page.Find("[data-testid=date-filter]").ChangeAsync(new() { Value = "custom" });
        await page.Find("[data-testid=date-from]").ChangeAsync(new() { Value = "2026-03-01" });
        Assert.EndsWith("date=custom&from=2026-03-01", Navigation.Uri, StringComparison.Ordinal);
    }

    private async Task<(TaskListViewModel List, IRenderedComponent<SelectionBar> Bar)> BarAsync(int count)
    {
        for (var number = 0; number < count; number++) Store.Tasks.Add(ATask.With($"task_{number:000000}", AgentTaskStatus.Completed));
        var list = new TaskListViewModel(Store, Bulk);
        await list.ShowAsync(new TaskListFilter(), default);
        return (list, Render<SelectionBar>(part => part.Add(component => component.List, list)));
    }
}
