using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Radzen.Blazor;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>What can be asked for with a new task, and what happens when the same is at work already.</summary>
public class NewTaskTests : PageContext
{
    private IRenderedComponent<NewTaskDialog> Dialog(string message)
    {
        var dialog = Render<NewTaskDialog>();
        dialog.Find("textarea").Input(message);
        return dialog;
    }

    [Fact]
    public async Task More_SaysWhenAndHowItIsToRun()
    {
        Store.Tasks.AddRange([ATask.With("task_live", title: "At work"), ATask.With("task_done", AgentTaskStatus.Completed)]);
        JSInterop.SetupModule("./js/local-time.js").Setup<DateTimeOffset?>("toInstant", "2026-03-05T09:00").SetResult(new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.FromHours(2)));
        var dialog = Dialog("Count the files");
        await dialog.Find(".more-fields summary").ClickAsync(new MouseEventArgs());
        var after = dialog.FindComponents<RadzenDropDown<IEnumerable<string>>>().Single();
        Assert.Equal("task_live", Assert.Single((IEnumerable<AgentTask>)after.Instance.Data!).Id);
        await dialog.InvokeAsync(() => after.Instance.ValueChanged.InvokeAsync(["task_live"]));
        dialog.Find("input[name=even-after-failure]").Change(true);
        dialog.Find("input[name=not-before]").Change("2026-03-05T09:00");
        dialog.Find("input[name=attempts]").Change("3");
        dialog.Find("select[name=priority]").Change("3");
        dialog.Find("input[name=name]").Change(" counter ");
        await dialog.Find("form").SubmitAsync();

        var created = Assert.Single(Tasks.Created);
        Assert.Equal(new TaskDependency("task_live", DependencyFailure.Continue), Assert.Single(created.DependsOn));
        Assert.Equal(new DateTimeOffset(2026, 3, 5, 7, 0, 0, TimeSpan.Zero), created.DelayUntil);
        Assert.Equal((3, 3, "counter"), (created.MaxAttempts, created.Priority, created.Name));
    }

    [Fact]
    public async Task LeftAlone_MoreAsksForNothing()
    {
        await Dialog("Count the files").Find("form").SubmitAsync();
        var created = Assert.Single(Tasks.Created);
        Assert.Equal((null, 0, null, null, false), (created.WorkDir, created.AddDirs.Count, created.EnableSkills, created.EnableMcp, created.Worktree));
        Assert.Equal((0, null, null, null, null, false), (created.DependsOn.Count, created.DelayUntil, created.MaxAttempts, created.Priority, created.Name, created.AllowDuplicates));
    }

    [Fact]
    public async Task Place_SaysWhereItWorksAndWhatItMayUse()
    {
        var dialog = Dialog("Count the files");
        await dialog.Find(".place-fields summary").ClickAsync(new MouseEventArgs());
        Assert.Empty(dialog.FindAll("input[name=worktree]"));
        dialog.Find("input[name=work-dir]").Input(" /srv/project ");
        dialog.Find("input[name=worktree]").Change(true);
        dialog.Find("textarea[name=add-dirs]").Change("/srv/one\n\n  /srv/two ");
        dialog.Find("input[name=skills]").Change(false);
        dialog.Find("input[name=mcp]").Change(false);
        await dialog.Find("form").SubmitAsync();

        var created = Assert.Single(Tasks.Created);
        Assert.Equal(("/srv/project", true, false, false), (created.WorkDir, created.Worktree, created.EnableSkills, created.EnableMcp));
        Assert.Equal(["/srv/one", "/srv/two"], created.AddDirs);
    }

    [Fact]
    public async Task AFolderThatIsRefused_OpensItsPartAndSaysWhy()
    {
        Tasks.Refusal = RefusedException.Validation("add_dirs", "There is no such folder.");
        var dialog = Dialog("Count the files");
        await dialog.Find("form").SubmitAsync();
        Assert.True(dialog.Find(".place-fields").HasAttribute("open"));
        Assert.Contains("There is no such folder.", dialog.Find(".place-fields").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFieldOfMoreThatIsRefused_OpensItAndSaysWhy()
    {
        Tasks.Refusal = RefusedException.Validation("name", "self is a reserved name.");
        var dialog = Dialog("Count the files");
        await dialog.Find("form").SubmitAsync();
        Assert.True(dialog.Find(".more-fields").HasAttribute("open"));
        Assert.Contains("reserved", dialog.Find(".more-fields .field-error").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSameAtWork_IsSaid_AndAnotherOneStartsOnlyWhenAskedFor()
    {
        Tasks.Duplicate = ATask.With("task_live", title: "Count the files");
        var dialog = Dialog("Count the files");
        await dialog.Find("form").SubmitAsync();
        Assert.Contains("The same is at work already", dialog.Find("[data-testid=duplicate]").TextContent, StringComparison.Ordinal);
        Assert.Empty(Tasks.Created);
        await dialog.Find("[data-action=start-another]").ClickAsync(new MouseEventArgs());
        Assert.True(Assert.Single(Tasks.Created).AllowDuplicates);
    }

    [Fact]
    public async Task TheSameAtWork_CanBeOpened_AndOtherWordsAreAnotherOrder()
    {
        Tasks.Duplicate = ATask.With("task_live");
        var dialog = Dialog("Count the files");
        await dialog.Find("form").SubmitAsync();
        dialog.Find("textarea").Input("Count the folders");
        Assert.Empty(dialog.FindAll("[data-testid=duplicate]"));
        await dialog.Find("form").SubmitAsync();
        await dialog.Find("[data-action=open-existing]").ClickAsync(new MouseEventArgs());
        Assert.EndsWith("chat?taskId=task_live", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANewChat_OffersTheSameChoice_AndKeepsTheText()
    {
        Tasks.Duplicate = ATask.With("task_live");
        var page = Render<ChatPage>();
        Assert.False(await page.InvokeAsync(() => page.FindComponent<Composer>().Instance.SendAsync("Look it up", false, "id-1")));
        await page.Find("[data-action=start-another]").ClickAsync(new MouseEventArgs());
        Assert.Equal(("Look it up", true), (Assert.Single(Tasks.Created).Message, Tasks.Created[0].AllowDuplicates));
        Assert.EndsWith("chat?taskId=task_new", Navigation.Uri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start-another", "task_new", 1)]
    [InlineData("open-existing", "task_live", 0)]
    public async Task AStarterThatIsAtWork_AsksFirst(string choice, string opened, int created)
    {
        Tasks.Duplicate = ATask.With("task_live");
        var dialogs = Render<RadzenDialog>();
        var page = Render<TasksPage>();
        page.FindAll(".starter")[0].Click();
        await dialogs.WaitForElement($"[data-action={choice}]").ClickAsync(new MouseEventArgs());
        page.WaitForState(() => Navigation.Uri.EndsWith($"chat?taskId={opened}", StringComparison.Ordinal));
        Assert.Equal(created, Tasks.Created.Count);
    }
}
