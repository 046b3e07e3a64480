using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.ViewModels;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class TaskPeekTests : PageContext
{
    [Fact]
    public async Task APeek_TellsTheTaskAndItsLastWord_AndFollowsIt()
    {
        Store.Tasks.Add(ATask.With("task_000001", AgentTaskStatus.Running, title: "Tidy up"));
        Store.Messages["task_000001"] = [Said(EntryRole.User, "Please"), Said(EntryRole.Assistant, "**Half** done"), Said(EntryRole.ToolResult, "42")];
        var peek = Render<TaskPeek>(part => part.Add(component => component.TaskId, "task_000001"));
        Assert.Equal(("Tidy up", "Half", "running"), (peek.Find("h2").TextContent, peek.Find(".peek-message strong").TextContent, peek.Find(".status-chip").GetAttribute("data-status")));
        Assert.Equal("chat?taskId=task_000001", peek.Find(".peek-foot a").GetAttribute("href"));

        Services.GetRequiredService<LiveTaskList>().Start();
        Store.Tasks[0] = Store.Tasks[0] with { Status = AgentTaskStatus.Failed, Version = 2, ReasonText = "The disk is full." };
        Feed.Send(ChannelFeed.Changed(Store.Tasks[0], AgentTaskStatus.Running));
        await Until(() => peek.Find(".status-chip").GetAttribute("data-status") == "failed");
        Assert.Equal("The disk is full.", peek.Find("[data-testid=reason]").TextContent);
    }

    [Fact]
    public void APeekAtWhatIsGone_SaysSo()
    {
        var peek = Render<TaskPeek>(part => part.Add(component => component.TaskId, "task_none"));
        Assert.Equal("This task is gone", peek.Find("h2").TextContent);
        Assert.Empty(peek.FindAll(".peek-body"));
    }

    [Fact]
    public async Task TheAddress_SaysWhatIsLookedInto_AndKeepsTheFilter()
    {
        Store.Tasks.Add(ATask.With("task_000001", AgentTaskStatus.Completed));
        Navigation.NavigateTo("tasks?status=completed");
        var page = Render<TasksPage>();
        await page.InvokeAsync(() => page.FindComponent<TaskTable>().Instance.OnPeek.InvokeAsync(Store.Tasks[0]));
        Assert.EndsWith("tasks?status=completed&peek=task_000001", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("task_000001", page.Find("[data-testid=task-peek]").GetAttribute("data-peek-id"));

        await page.Find("[data-action=close-peek]").ClickAsync(new MouseEventArgs());
        await Until(() => Navigation.Uri.EndsWith("tasks?status=completed", StringComparison.Ordinal) && page.FindAll("[data-testid=task-peek]").Count == 0);
    }

    private static ChatEntry Said(EntryRole role, string text) => new()
    {
        MessageId = "msg_1",
        TaskId = "task_000001",
        ChatId = "chat_1",
        SessionId = "session_1",
        Role = role,
        Text = text,
    };
}
