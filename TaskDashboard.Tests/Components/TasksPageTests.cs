using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Layout;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class TasksPageTests : PageContext
{
    private IRenderedComponent<TaskRow> Row(AgentTask task) => Render<TaskRow>(row => row.Add(part => part.Row, new TaskRowModel(task)));

    [Fact]
    public void FirstRun_OffersAWayInAndThreeThingsToTry_AndSaysThatOnlyTheBuiltinAnswers()
    {
        var page = Render<TasksPage>();
        Assert.Equal(3, page.FindAll(".starter").Count);
        Assert.Single(page.FindAll(".button.primary"));
        Assert.Equal("settings", page.Find(".hint a").GetAttribute("href"));

        page.FindAll(".starter")[1].Click();
        Assert.Equal("agent_a", Assert.Single(Tasks.Created).AgentId);
        Assert.EndsWith("chat?taskId=task_new", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void RowOfATaskThatIsOnlyToBeRead_LeadsToItsChat_AndOffersNothingElse()
    {
        var task = ATask.With("task_000001", AgentTaskStatus.Running);
        Store.Others.Add(task.Id);

        var row = Row(task);

        Assert.NotNull(row.Find(".cell-actions a"));
        Assert.Empty(row.FindAll("[data-action=stop], [data-action=delete], [data-action=answer]"));
    }

    [Fact]
    public void FirstRun_WithARealModel_SaysNothingOfTheBuiltin()
    {
        Models.Models = [new ModelDescription("openai/gpt-5", "openai", true), new ModelDescription("builtin/assistant", "builtin", false)];
        Assert.Empty(Render<TasksPage>().FindAll(".hint"));
    }

    [Theory]
    [InlineData("tasks", 30)]
    [InlineData("tasks?status=failed", 1)]
    [InlineData("tasks?q=moon", 0)]
    [InlineData("tasks?group=status", 0)]
    [InlineData("tasks?date=today", 0)]
    public void TheDocument_ComesWithTheFirstRows_WhereTheyCanBeReadAtOnce_AndTheyAnswerToNobody(string address, int rows)
    {
        Store.Tasks.AddRange(Enumerable.Range(0, 40).Select(number => ATask.With($"task_{number:000000}", number == 7 ? AgentTaskStatus.Failed : AgentTaskStatus.Completed)));
        SetRendererInfo(new RendererInfo("Static", false));
        Navigation.NavigateTo(address);

        var page = Render<TasksPage>();

        Assert.Equal(rows, page.FindAll(".task-body .task-row:not(.skeleton) a.task-title").Count);
        Assert.Empty(page.FindAll("[data-task-id]"));
        Assert.Equal(rows == 0, page.FindAll(".skeleton").Count > 0);
    }

    [Fact]
    public void AFilterThatFindsNothing_IsNamedAndCanBeCleared()
    {
        Store.Tasks.Add(ATask.With());
        Navigation.NavigateTo("tasks?status=failed&q=moon&agent=agent_b");
        var page = Render<TasksPage>();
        Assert.Contains("Failed · Researcher · words “moon”", page.Find(".empty-state").TextContent, StringComparison.Ordinal);
        page.Find(".empty-state button").Click();
        Assert.EndsWith("/tasks", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASegment_GoesIntoTheAddress_AndShowsItsCount()
    {
        Store.Tasks.Add(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Error, text: "Broken."));
        var page = Render<TasksPage>();
        Assert.Equal("1", page.Find("[data-segment=failed] .segment-count").TextContent);
        page.Find("[data-segment=failed]").Click();
        await Until(() => Navigation.Uri.EndsWith("tasks?status=failed", StringComparison.Ordinal) && page.Find("[data-segment=failed]").GetAttribute("aria-pressed") == "true");
    }

    [Fact]
    public async Task Search_WaitsForAPauseInTyping()
    {
        Store.Tasks.Add(ATask.With());
        var page = Render<TasksPage>();
        page.Find("[data-testid=task-search]").Input("mo");
        page.Find("[data-testid=task-search]").Input("moon");
        Assert.DoesNotContain("q=", Navigation.Uri, StringComparison.Ordinal);
        await Until(() => Navigation.Uri.EndsWith("tasks?q=moon", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AListThatCannotBeRead_SaysSoAndTriesAgain()
    {
        Store.Tasks.Add(ATask.With());
        Store.Refusal = new IOException("The disk is away.");
        var page = Render<TasksPage>();
        Assert.Contains("The disk is away.", page.Find(".empty-state").TextContent, StringComparison.Ordinal);
        Store.Refusal = null;
        page.Find(".empty-state button").Click();
        await Until(() => page.FindAll(".empty-state").Count == 0);
    }

    [Fact]
    public async Task ANewTaskWhileSomebodyPoints_IsAPill_AndComesInWhenTheyLeave()
    {
        Store.Tasks.Add(ATask.With("task_000001"));
        var page = Render<TasksPage>();
        page.FindComponent<TaskTable>().Find("[role=table]").TriggerEvent("onpointerenter", new PointerEventArgs());
        Services.GetRequiredService<LiveTaskList>().Start();

        var created = ATask.With("task_000002", AgentTaskStatus.Pending);
        Store.Tasks.Add(created);
        Feed.Send(ChannelFeed.Changed(created, null), new CountsFrame(Store.Counts));
        await Until(() => page.FindAll("[data-testid=new-pill]").Count == 1);
        Assert.Equal("1 new", page.Find("[data-testid=new-pill]").TextContent);

        page.Find("[role=table]").TriggerEvent("onpointerleave", new PointerEventArgs());
        await Until(() => page.FindAll("[data-testid=new-pill]").Count == 0);
    }

    [Fact]
    public void ARow_HasNineCells_AndSaysModelStatusAndCostShort()
    {
        var row = Row(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Error, text: "Broken.", model: "anthropic/claude-sonnet-4-20250514") with { Usage = new TaskUsage(10, 10, 0, 0.05m) });
        Assert.Equal(9, row.FindAll("[role=cell]").Count);
        Assert.Equal("claude-sonnet-4", row.Find(".cell-model").TextContent);
        Assert.Equal(("failed", "Broken."), (row.Find(".status-chip").GetAttribute("data-status"), row.Find(".status-chip").GetAttribute("title")));
        Assert.Equal("12 s", row.Find(".cell-duration").TextContent.Trim());
        Assert.Equal("$0.05", row.Find(".cell-cost").TextContent);
        Assert.Equal("–", Row(ATask.With()).Find(".cell-cost").TextContent);
        Assert.Empty(row.FindAll("[data-action=stop]"));
    }

    [Fact]
    public void ARunningRow_TicksInTheBrowser_AndCanBeStopped()
    {
        var row = Row(ATask.With());
        Assert.StartsWith("2026-03-04T12:00:00", row.Find("ticking-duration").GetAttribute("since"), StringComparison.Ordinal);
        row.Find("[data-action=stop]").Click();
        Assert.Equal(["task_000001"], Tasks.Cancelled);
    }

    [Fact]
    public void ALiveRow_SaysWhyInASecondLine_AndAnEndedOneOnHoverOnly()
    {
        var waiting = Row(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Delayed, text: "It was asked to start at noon.") with { DueAt = ATask.Noon });
        Assert.StartsWith("2026-03-04T12:00:00", waiting.Find("[data-testid=reason] due-time").GetAttribute("at"), StringComparison.Ordinal);
        Assert.Equal("It was asked to start at noon.", waiting.Find("[data-testid=reason]").GetAttribute("title"));
        Assert.Empty(Row(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Error, text: "Broken.")).FindAll("[data-testid=reason]"));
    }

    [Fact]
    public async Task ARow_TellsItsPlaceAmongOthers_AndHowManyStopWithIt()
    {
        var model = new TaskRowModel(ATask.With(parent: "task_above"));
        var row = Render<TaskRow>(part => part.Add(component => component.Row, model));
        Assert.Empty(row.FindAll(".row-ties"));
        await row.InvokeAsync(() => model.Tie(new TaskRowTies(3, 2, "Above")));
        Assert.Equal(("3 sub-tasks", "chat?taskId=task_above"), (row.Find(".row-children").TextContent.Trim(), row.Find(".row-parent").GetAttribute("href")));
        Assert.Contains("Above", row.Find(".row-parent").TextContent, StringComparison.Ordinal);

        Tasks.Reach = 3;
        Assert.Equal("Stop 3 tasks", row.Find("[data-action=stop]").GetAttribute("title"));
        await row.Find("[data-action=stop]").ClickAsync(new MouseEventArgs());
        Assert.Equal("3 tasks are told to stop", Services.GetRequiredService<Radzen.NotificationService>().Messages.Single().Summary);
    }

    [Fact]
    public async Task TheMenu_OfATaskThatWaitsForItsNextAttempt_RunsItNow()
    {
        var menu = Render<TaskRowMenu>();
        await menu.InvokeAsync(() => menu.Instance.OpenAsync(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Retry), default));
        Assert.Equal("Run now", menu.Find("[data-action=retry]").TextContent.Trim());
        await menu.Find("[data-action=retry]").ClickAsync(new MouseEventArgs());
        Assert.Equal(["task_000001"], Tasks.Retried);
    }

    [Fact]
    public void ARow_DrawsWhenItsTaskChanged_AndNotWhenItsParentDraws()
    {
        var model = new TaskRowModel(ATask.With());
        var row = Render<TaskRow>(part => part.Add(component => component.Row, model));
        var draws = row.RenderCount;
        row.Render();
        Assert.Equal(draws, row.RenderCount);
        row.InvokeAsync(() => model.Update(ATask.With(status: AgentTaskStatus.Completed, version: 2)));
        Assert.Equal(draws + 1, row.RenderCount);
        Assert.Equal("completed", row.Find(".status-chip").GetAttribute("data-status"));
    }

    [Fact]
    public async Task Delete_CanBeUndone_AndTellsThatALiveTaskIsStopped()
    {
        var notices = Render<DeletionNotices>();
        await Row(ATask.With(title: "Long work")).Find("[data-action=delete]").ClickAsync(new MouseEventArgs());
        await Until(() => notices.FindAll("[data-testid=deletion-notice]").Count == 1);
        Assert.Contains("still at work and is stopped first", notices.Find("[data-testid=deletion-notice]").TextContent, StringComparison.Ordinal);
        await notices.Find("[data-testid=deletion-notice] button").ClickAsync(new MouseEventArgs());
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(Tasks.Deleted);
        await Until(() => notices.FindAll("[data-testid=deletion-notice]").Count == 0);
    }

    [Fact]
    public async Task Badge_ShowsBothNumbers_AndNothingAtZero()
    {
        var badge = Render<TaskBadges>();
        Assert.Empty(badge.FindAll(".badge"));
        Services.GetRequiredService<LiveTaskList>().Start();
        Feed.Send(new CountsFrame(ChannelFeed.Counts(running: 120, needsYou: 1)));
        await Until(() => badge.FindAll(".badge").Count == 2);
        Assert.Equal(("99+", "9+"), (badge.Find(".badge.running .badge-wide").TextContent, badge.Find(".badge.running .badge-narrow").TextContent));
        Feed.Send(new CountsFrame(ChannelFeed.Counts()));
        await Until(() => badge.FindAll(".badge").Count == 0);
    }

    [Fact]
    public void NewTask_WithoutAMessage_SaysSo_AndWithOneStartsIt()
    {
        var dialog = Render<NewTaskDialog>();
        dialog.Find("form").Submit();
        Assert.Empty(Tasks.Created);
        Assert.Single(dialog.FindAll(".field-error"));
        dialog.Find("textarea").Input("Count the files");
        dialog.Find("form").Submit();
        dialog.Find("form").Submit();
        Assert.All(Tasks.Created, created => Assert.Equal(("agent_a", "Count the files", Tasks.Created[0].IdempotencyKey), (created.AgentId, created.Message, created.IdempotencyKey)));
    }

    [Fact]
    public void Starters_AreAllUnderstoodByTheModelThatNeedsNoKey()
    {
        var instructions = App.Components.Tasks.FirstRun.Starters
            .SelectMany(starter => Core.Providers.InstructionParser.Parse(starter.Prompt))
            .SelectMany(round => round.Instructions)
            .ToList();

        Assert.True(instructions.Count >= 3);
        Assert.DoesNotContain(instructions, instruction => instruction.Kind == Core.Providers.InstructionKind.Unknown);
    }
}
