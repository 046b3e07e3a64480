using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using Radzen.Blazor;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Views;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The saved views of the Tasks page.</summary>
public class ViewMenuTests : PageContext
{
    private static readonly TaskListFilter Failed = new() { Segment = TaskSegment.Failed, Group = TaskGrouping.Agent };

    private IRenderedComponent<ViewMenu> Menu(TaskListFilter? filter = null) => Render<ViewMenu>(menu => menu.Add(part => part.Filter, filter ?? Failed));

    [Fact]
    public void Views_AreLinksToTheirLists_AndTheOpenOneIsNamed()
    {
        Views.All.Add(new SavedView { Id = "view_1", Name = "What failed", Query = "status=failed&group=agent" });
        Views.All.Add(new SavedView { Id = "view_2", Name = "All of it" });

        var menu = Menu(Failed with { Closed = "agent_a" });

        Assert.Equal(["tasks", "tasks?status=failed&group=agent"], menu.FindAll(".view-line a").Select(link => link.GetAttribute("href")));
        Assert.Equal("What failed", menu.Find("[data-action=views]").TextContent);
        Assert.Equal("view_1", menu.Find("[aria-current=true]").ParentElement!.GetAttribute("data-view-id"));
    }

    [Fact]
    public async Task TheOpenList_IsSavedUnderAName_AndATakenOneIsSaidBesideTheField()
    {
        Views.All.Add(new SavedView { Id = "view_0", Name = "Taken" });
        var dialogs = Render<RadzenDialog>();
        var menu = Menu();
        _ = menu.Find("[data-action=save-view]").ClickAsync(new MouseEventArgs());
        await Eventually.TrueAsync(() => dialogs.FindAll("[name=view-name]").Count == 1);

        await dialogs.Find("form").SubmitAsync();
        Assert.Equal("Give the view a name.", dialogs.Find("[role=alert]").TextContent);
        await dialogs.Find("[name=view-name]").InputAsync(new() { Value = "Taken" });
        await dialogs.Find("form").SubmitAsync();
        Assert.Equal("Another view of yours has this name. Choose another one.", dialogs.Find("[role=alert]").TextContent);
        await dialogs.Find("[name=view-name]").InputAsync(new() { Value = "What failed" });
        await dialogs.Find("form").SubmitAsync();

        Assert.Equal("status=failed&group=agent", Views.All.Single(view => view.Name == "What failed").Query);
        await Eventually.TrueAsync(() => menu.Find("[data-action=views]").TextContent == "What failed");
    }

    [Fact]
    public async Task AView_IsReplacedAndDeleted_OnlyAfterItWasAsked()
    {
        Views.All.Add(new SavedView { Id = "view_1", Name = "Mine", Query = "status=running" });
        var dialogs = Render<RadzenDialog>();
        var menu = Menu();

        foreach (var (action, answer) in new[] { ("replace-view", false), ("replace-view", true), ("delete-view", true) })
        {
            var asking = menu.Find($"[data-action={action}]").ClickAsync(new MouseEventArgs());
            await Eventually.TrueAsync(() => dialogs.FindAll(".rz-dialog-confirm-buttons button").Count == 2);
            Assert.Equal((action, answer && action == "replace-view" ? "status=running" : Views.All[0].Query), (action, Views.All[0].Query));
            await dialogs.InvokeAsync(() => Services.GetRequiredService<DialogService>().Close(answer));
            await asking;
            if (action == "replace-view") Assert.Equal(answer ? "status=failed&group=agent" : "status=running", Views.All[0].Query);
        }

        Assert.Empty(Views.All);
        await Eventually.TrueAsync(() => menu.FindAll(".view-line").Count == 0 && menu.FindAll(".menu-note").Count == 1);
    }

    [Fact]
    public async Task AStoredViewWithWhatIsGone_OpensAListThatNamesIt()
    {
        Store.Tasks.Add(ATask.With());
        Views.All.Add(new SavedView { Id = "view_1", Name = "Old", Query = "status=flying&agent=agent_gone&group=colour" });
        Navigation.NavigateTo(ViewAddress.Of(Views.All[0]));

        var page = Render<TasksPage>();

        await Eventually.TrueAsync(() => page.FindAll(".empty-state").Count == 1);
        Assert.Contains("agent_gone", page.Find(".empty-state").TextContent, StringComparison.Ordinal);
        Assert.Equal("Old", page.Find("[data-action=views]").TextContent);
    }
}
