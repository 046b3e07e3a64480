using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

public class QueuedMessagesTests : ChatContext
{
    private async Task<IRenderedComponent<TaskChat>> OpenWithAsync(params string[] texts)
    {
        var page = await OpenAsync(ATask.With());
        foreach (var text in texts) Feed.Send(Log.Queued(text, text));
        await Until(() => page.FindAll("[data-message-id]").Count == texts.Length);
        return page;
    }

    private static string Chip(string id, string part) => $"[data-message-id={id}] {part}";

    private static string Order(IRenderedComponent<TaskChat> page) => string.Join(' ', page.FindAll("[data-message-id]").Select(chip => chip.GetAttribute("data-message-id")));

    [Fact]
    public async Task AQueuedMessage_IsAChip_AndGoesIntoTheTranscriptWhenItIsRead()
    {
        var page = await OpenWithAsync("one");
        Assert.Empty(page.FindAll("[data-kind=user]"));
        Feed.Send(Log.Said("one", "one", EntryRole.User, EntryState.Read, step: 4));
        await Until(() => page.FindAll("[data-message-id]").Count == 0 && page.FindAll("[data-kind=user]").Count == 1);
        Assert.Equal("Read by the agent at step 4", page.Find(".message-state").GetAttribute("title"));
    }

    [Fact]
    public async Task AChip_SaysHowItWillBeRead()
    {
        Store.Tasks.Add(ATask.With(version: 2, lastSeq: 1) with { Inbox = [new QueuedMessage { MessageId = "now", Text = "now", Mode = MessageMode.Steer }] });
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With()), Log.Queued("now", "now"));
        await Until(() => page.FindAll("[data-message-id]").Count == 1 && page.Find(".queued-mode").GetAttribute("title")!.StartsWith("Steers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UpAndDown_AskForTheNewPlace_AndShowTheOrderThatTheStreamTells()
    {
        var page = await OpenWithAsync("one", "two");
        Assert.True(page.Find(Chip("one", "[data-action=up]")).HasAttribute("disabled"));
        Assert.True(page.Find(Chip("two", "[data-action=down]")).HasAttribute("disabled"));
        await page.Find(Chip("two", "[data-action=up]")).ClickAsync(new MouseEventArgs());
        Assert.Equal(("two", 0), (Tasks.Rearranged[0].MessageId, Tasks.Rearranged[0].Change.Position));
        Assert.Equal("one two", Order(page));

        Feed.Send(Log.Queued("two", "two"), Log.Queued("one", "one"));
        await Until(() => Order(page) == "two one");
        Assert.Equal("Moved to place 1 of 2", page.Find(".queue [role=status]").TextContent);
    }

    [Fact]
    public async Task Keys_MoveAndTakeBack()
    {
        var page = await OpenWithAsync("one", "two");
        await page.Find(Chip("one", ".queued-text")).KeyDownAsync(new KeyboardEventArgs { Key = "ArrowDown", AltKey = true });
        Assert.Equal(("one", 1), (Tasks.Rearranged[0].MessageId, Tasks.Rearranged[0].Change.Position));
        await page.Find(Chip("one", ".queued-text")).KeyDownAsync(new KeyboardEventArgs { Key = "ArrowDown" });
        Assert.Single(Tasks.Rearranged);
        await page.Find(Chip("two", ".queued-text")).KeyDownAsync(new KeyboardEventArgs { Key = "Delete" });
        Assert.Equal(["two"], Tasks.Removed);
    }

    [Fact]
    public async Task Edit_SavesOnce_AndAnUnchangedTextNotAtAll()
    {
        var page = await OpenWithAsync("one");
        await page.Find(Chip("one", "[data-action=edit]")).ClickAsync(new MouseEventArgs());
        await page.InvokeAsync(() => page.FindComponent<QueuedEditor>().Instance.SaveAsync("  "));
        Assert.Contains("Write something", page.Find(".queued-editor [role=alert]").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => page.FindComponent<QueuedEditor>().Instance.SaveAsync("One, and more"));
        Assert.Equal(("one", "One, and more"), (Tasks.Rearranged[0].MessageId, Tasks.Rearranged[0].Change.Text));
        Assert.Empty(page.FindAll(".queued-editor"));

        await page.Find(Chip("one", ".queued-text")).ClickAsync(new MouseEventArgs());
        await page.InvokeAsync(() => page.FindComponent<QueuedEditor>().Instance.SaveAsync("one"));
        Assert.Single(Tasks.Rearranged);
    }

    [Fact]
    public async Task Escape_ChangesNothing()
    {
        var page = await OpenWithAsync("one");
        await page.Find(Chip("one", "[data-action=edit]")).ClickAsync(new MouseEventArgs());
        await page.InvokeAsync(() => page.FindComponent<QueuedEditor>().Instance.CancelAsync());
        Assert.Empty(page.FindAll(".queued-editor"));
        Assert.Empty(Tasks.Rearranged);
    }

    [Fact]
    public async Task AMessageReadWhileItIsChanged_KeepsWhatWasWritten_AndSendsItAnew()
    {
        var page = await OpenWithAsync("one");
        await page.Find(Chip("one", "[data-action=edit]")).ClickAsync(new MouseEventArgs());
        var editor = page.FindComponent<QueuedEditor>();
        Feed.Send(Log.Said("one", "one", EntryRole.User, EntryState.Read));
        await Until(() => page.FindAll("[data-kind=user]").Count == 1);

        // The same editor: what is typed into it lives in the browser.
        Assert.Same(editor.Instance, page.FindComponent<QueuedEditor>().Instance);
        Assert.Contains("still here", page.Find(".queued-editor [role=alert]").TextContent, StringComparison.Ordinal);
        await page.InvokeAsync(() => editor.Instance.SaveAsync("One, and more"));
        Assert.Empty(Tasks.Rearranged);
        Assert.Equal("One, and more", Assert.Single(Tasks.Sent).Message.Text);
        Assert.Empty(page.FindAll(".queued-editor"));
    }

    [Fact]
    public async Task ARefusal_IsSaidInWords_AndChangesNothing()
    {
        var page = await OpenWithAsync("one", "two");
        Tasks.Refusal = RefusedException.Conflict("message_read", "Read.");
        await page.Find(Chip("two", "[data-action=remove]")).ClickAsync(new MouseEventArgs());
        Assert.Contains("has read the message already", page.Find(".queue-problem").TextContent, StringComparison.Ordinal);
        await page.Find(".queue-problem button").ClickAsync(new MouseEventArgs());
        Assert.Empty(page.FindAll(".queue-problem"));
    }

    [Fact]
    public async Task NewsOfAChild_WaitQuietly_AndCannotBeChanged()
    {
        Store.Tasks.AddRange([ATask.With(), ATask.With("task_child", AgentTaskStatus.Completed, title: "Sum up", parent: "task_000001")]);
        var page = await OpenAsync(ATask.With());
        Feed.Send(Log.ChildEnded("task_child"));
        await UntilSaid(page, "[data-message-id].quiet", "Task “Sum up” completed");
        Assert.Empty(page.FindAll("[data-message-id] button"));
    }
}
