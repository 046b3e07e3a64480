using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.ViewModels;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Components;

public class ChatFamilyTests : ChatContext
{
    private static readonly AgentTask Child = ATask.With("task_child", title: "Sum up", parent: "task_000001");

    [Fact]
    public async Task SubTasks_AreATreeBesideTheTranscript_Live_AndEachCanBeStopped()
    {
        Store.Tasks.AddRange([ATask.With(), Child, ATask.With("task_deep", title: "Deeper", parent: "task_child")]);
        var page = await OpenAsync(ATask.With());
        await Until(() => page.FindAll(".subtask").Count == 2);
        Assert.Equal(["1", "2"], page.FindAll(".subtask").Select(line => line.GetAttribute("aria-level")));
        Assert.Equal("chat?taskId=task_child", page.Find("[data-task-id=task_child] a").GetAttribute("href"));
        Assert.Equal("Stop 2 tasks", page.Find("[data-task-id=task_child] [data-action=stop]").GetAttribute("title"));
        Assert.Contains("Stop 3 tasks", page.Find("header [data-action=stop]").TextContent, StringComparison.Ordinal);
        await page.Find("[data-task-id=task_child] [data-action=stop]").ClickAsync(new MouseEventArgs());
        Assert.Equal(["task_child"], Tasks.Cancelled);

        Services.GetRequiredService<LiveTaskList>().Start();
        Feed.Send(ChannelFeed.Changed(Child with { Status = AgentTaskStatus.Completed, Version = 2 }, AgentTaskStatus.Running));
        await Until(() => page.FindAll("[data-task-id=task_child][data-status=completed]").Count == 1);
        Assert.Empty(page.FindAll("[data-task-id=task_child] [data-action=stop]"));
    }

    [Fact]
    public async Task ATaskWithoutChildren_HasNoPanel()
    {
        var page = await OpenAsync(ATask.With());
        Assert.Empty(page.FindAll(".subtasks"));
        Assert.Equal("Stop", page.Find("header .stop-words").TextContent);
    }

    [Fact]
    public async Task NewsThatWasRead_IsALine_WithTheWayThere_AndOpensToItsText()
    {
        Store.Tasks.AddRange([ATask.With(), Child]);
        var page = await OpenAsync(ATask.With());
        Feed.Send(Log.ChildEnded("task_child", text: "It said: **6**."));
        Feed.Send(Log.Event(new MessageData("news_task_child", EntryRole.Subtask, "It said: **6**.") { State = EntryState.Read, From = "task_child" }));
        await UntilSaid(page, ".news-title", "Task “Sum up” completed");
        Assert.Equal("chat?taskId=task_child", page.Find(".news-link").GetAttribute("href"));
        await page.Find(".news summary").ClickAsync(new MouseEventArgs());
        Assert.Equal("6", page.Find(".news strong").TextContent);
    }

    [Fact]
    public async Task AChild_LinksToItsParent_AndNamesWhatItStartsAfter()
    {
        Store.Tasks.AddRange([ATask.With("task_above", title: "Above"), ATask.With("task_first", AgentTaskStatus.Completed, title: "First")]);
        var page = await OpenAsync(ATask.With(status: AgentTaskStatus.Pending, parent: "task_above") with
        {
            DependsOn = [new TaskDependency("task_first", State: DependencyState.Completed), new TaskDependency("task_gone", State: DependencyState.Failed)],
        });
        await Until(() => page.FindAll(".task-ties a").Count == 2 && page.Find("[data-tie=parent] a").TextContent == "Above");
        Assert.Equal("chat?taskId=task_above", page.Find("[data-tie=parent] a").GetAttribute("href"));
        var edges = page.FindAll(".tie-edge");
        Assert.Equal(("First", "edge-completed"), (edges[0].QuerySelector("a")!.TextContent, edges[0].ClassList[1]));
        await UntilSaid(page, ".edge-failed", "a deleted task");
    }

    [Fact]
    public async Task AChildsEnd_BehindTheParentsOwn_IsWatchedFor()
    {
        Store.Tasks.AddRange([ATask.With(status: AgentTaskStatus.Cancelled), Child]);
        var page = await OpenAsync(ATask.With(status: AgentTaskStatus.Cancelled));
        await Until(() => page.FindAll(".subtask").Count == 1 && Feed.Watching == 1);
        Feed.EndTask();
        await Until(() => Feed.Watching == 0);
        Services.GetRequiredService<LiveTaskList>().Start();
        var version = Child.Version;
        await Until(() =>
        {
            Feed.Send(ChannelFeed.Changed(Child with { Status = AgentTaskStatus.Cancelled, Version = ++version }, AgentTaskStatus.Running));
            return Feed.TaskCursors.Count > 1;
        });
    }
}
