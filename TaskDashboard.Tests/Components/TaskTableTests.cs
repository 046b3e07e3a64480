using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The table of the Tasks page: its groups, its columns, its rows over a new reading.</summary>
public class TaskTableTests : PageContext
{
    [Fact]
    public async Task GroupsOfTheList_GoIntoTheAddress_AndCloseThereToo()
    {
        Store.Tasks.Add(ATask.With("task_000001", AgentTaskStatus.Completed));
        Store.Tasks.Add(ATask.With("task_000002", AgentTaskStatus.Failed, ReasonCodes.Error, "Broken."));
        var page = Render<TasksPage>();

        await page.Find("[data-testid=group-by]").ChangeAsync(new() { Value = "status" });
        await Until(() => page.FindAll("[data-group-key]").Count == 2);
        Assert.EndsWith("tasks?group=status", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal(("true", "Completed", "1"), (page.Find("[data-group-key=completed] button").GetAttribute("aria-expanded"), page.Find("[data-group-key=completed] .group-name").TextContent, page.Find("[data-group-key=completed] .group-count").TextContent));

        await page.Find("[data-group-key=completed] button").ClickAsync(new MouseEventArgs());
        await Until(() => page.FindAll("[data-task-id=task_000001]").Count == 0);
        Assert.EndsWith("tasks?group=status&closed=completed", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("false", page.Find("[data-group-key=completed] button").GetAttribute("aria-expanded"));
        Assert.Single(page.FindAll("[data-task-id=task_000002]"));
    }

    [Fact]
    public void HeadingsOfParents_SayWhoseTasksTheyAre_AndWhichHaveNone()
    {
        string Heading(string? value, string? title) => Render<TaskGroupRow>(row => row.Add(part => part.Group, new TaskGroupModel(new TaskGroup(new TaskGroupKey(TaskGrouping.Parent, value), title, 1_234), false))).Find("button").TextContent.Trim();

        Assert.Equal("Above1,234", Heading("task_1", "Above"));
        Assert.Equal("A task that is gone or not shared with you1,234", Heading("task_1", null));
        Assert.Equal("Older parents1,234", Heading("<task_1", null));
        Assert.Equal("No parent1,234", Heading(null, null));
    }

    [Fact]
    public void ColumnsToChooseFrom_AreAllThatTheTableHas_ButTheNameStays()
    {
        Store.Tasks.Add(ATask.With());
        var page = Render<TasksPage>();
        var boxes = page.FindAll("#column-menu input");

        Assert.Equal("column-menu", page.Find("[data-action=columns]").GetAttribute("popovertarget"));
        Assert.True(boxes[0].HasAttribute("disabled"));
        Assert.Equal(["agent", "status", "model", "started", "duration", "cost"], boxes.Skip(1).Select(box => box.GetAttribute("data-column")));
        Assert.All(boxes.Skip(1), box => Assert.Single(page.FindAll($".task-head .cell-{box.GetAttribute("data-column")}")));
    }

    [Fact]
    public async Task RowsStayWhereTheyAre_WithWhatHasTheFocus_WhenTheListIsReadAnew()
    {
        Store.Tasks.Add(ATask.With("task_000001"));
        var page = Render<TasksPage>();
        await Until(() => page.FindAll("[data-task-id]").Count == 1);
        var row = page.FindComponent<TaskRow>().Instance;
        Services.GetRequiredService<LiveTaskList>().Start();

        var created = ATask.With("task_000002", AgentTaskStatus.Pending);
        Store.Tasks.Add(created);
        Feed.Send(ChannelFeed.Changed(created, null), new CountsFrame(Store.Counts));

        await Until(() => page.FindAll("[data-task-id]").Count == 2);
        Assert.Contains(page.FindComponents<TaskRow>(), one => ReferenceEquals(one.Instance, row));
    }
}
