using Bunit;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Chats.List;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Components;

public class SharedChatTests : ChatContext
{
    private const string Main = "task_000001";
    private const string Other = "task_000002";

    private readonly ChatLogBuilder chat = new(Main, Other);

    [Fact]
    public async Task AnotherTask_IsOneLineWithItsBadge_AndOpensToWhatItSaid()
    {
        var page = await OpenChatAsync();
        Store.Tasks.Add(ChatLogBuilder.ATaskOf(Other, false, 2));
        Feed.Send(chat.Said(Main, "a", "Hello"), chat.Begun(Other), chat.Said(Other, "o", "**Found** it"));
        await Until(() => page.FindAll("[data-kind=task-group] .group-words").Count == 1);
        await UntilSaid(page, "[data-kind=task-group] .group-line", "**Found** it");

        var summary = page.Find("[data-kind=task-group] summary");
        Assert.Contains("000002", summary.TextContent, StringComparison.Ordinal);
        Assert.Contains("Title of task_000002", summary.TextContent, StringComparison.Ordinal);
        Assert.Contains("Assistant", summary.TextContent, StringComparison.Ordinal);
        Assert.Equal("running", page.Find("[data-kind=task-group] .status-chip").GetAttribute("data-status"));
        Assert.Single(page.FindAll("[data-kind=agent]"));

        await summary.ClickAsync(new());
        Assert.Equal("Found it", page.Find("[data-kind=task-group] [data-kind=agent] .markdown").TextContent.Trim());
        Assert.Equal($"chat?taskId={Other}", page.Find(".group-open").GetAttribute("href"));
        Feed.Send(chat.Of(Other, log => log.Status(AgentTaskStatus.Completed, AgentTaskStatus.Running)));
        await Until(() => page.Find("[data-kind=task-group] .status-chip").GetAttribute("data-status") == "completed");
    }

    [Fact]
    public async Task InTheBackground_MakesATaskInThisChat_AndSaysNothingToThisOne()
    {
        var page = await OpenChatAsync();
        var composer = page.FindComponent<Composer>();
        Assert.NotNull(page.Find("[data-testid=background]").GetAttribute("aria-label"));

        Assert.True(await page.InvokeAsync(() => composer.Instance.SendAsync("Do it", false, "id1", null, true)));

        var made = Assert.Single(Tasks.Created);
        Assert.Equal(("chat_1", "agent_a", "Do it", true, "chat_1/id1"), (made.ChatId, made.AgentId, made.Message, made.AllowDuplicates, made.IdempotencyKey));
        Assert.Empty(Tasks.Sent);
    }

    [Fact]
    public async Task ChatThatIsNotSharedAnyMore_IsTakenFromTheScreen_AndItsReaderIsThereNoMore()
    {
        var page = await OpenChatAsync();
        Feed.Send(chat.Said(Main, "a", "Hello"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 1);
        var viewers = Services.GetRequiredService<ChatViewers>();
        Assert.Single(viewers.Of("chat_1"));

        Store.Tasks.Clear();
        Feed.EndTask();

        await Until(() => page.FindAll("[data-kind=agent], .composer").Count == 0 && viewers.Of("chat_1").Count == 0);
        Assert.Contains("There is no such task", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SinceYouLeft_IsCounted_AndMarksWhereItBegins()
    {
        Chats.News = new ChatNews(1, 3, 2, 1, 1, 2, Main);
        var page = await OpenChatAsync();
        Feed.Send(chat.Said(Main, "a", "Old"), chat.Said(Main, "b", "New"));
        await Until(() => page.FindAll(".unread-mark").Count == 1);

        Assert.Equal("Since you left: 3 messages, 2 tasks completed, 1 failed, 1 needs you", page.Find(".since-words").TextContent);
        Assert.Equal("New since you left", page.Find(".unread-mark").TextContent.Trim());
        Assert.Equal("b", page.Find(".unread-mark").NextElementSibling!.GetAttribute("data-key"));
        await page.Find("[data-action=first-unread]").ClickAsync(new());
        Assert.Empty(page.FindAll("[data-testid=since-you-left]"));
    }

    [Fact]
    public async Task NothingNew_OrAFirstVisit_IsNotMadeMuchOf()
    {
        Chats.News = new ChatNews(0, 3, 2, 1, 1, 2, Main);
        var page = await OpenChatAsync();
        Feed.Send(chat.Said(Main, "a", "One"), chat.Said(Main, "b", "Two"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 2);
        Assert.Empty(page.FindAll("[data-testid=since-you-left]"));
        Assert.Empty(page.FindAll(".unread-mark"));
    }

    [Fact]
    public async Task WhatIsOnTheScreen_CountsAsRead_AndOnlyThat()
    {
        var page = await OpenChatAsync();
        var transcript = page.FindComponent<TranscriptView>().Instance;
        Feed.Send(chat.Said(Main, "a", "One"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 1);
        Assert.Empty(Chats.Reads);

        await page.InvokeAsync(() => transcript.Seen(true));
        await Until(() => Chats.Reads.Count == 1);
        await page.InvokeAsync(() => transcript.Seen(false));
        Feed.Send(chat.Said(Main, "b", "Two"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 2);
        await page.InvokeAsync(() => transcript.Seen(true));
        await Until(() => Chats.Reads.Count == 2);

        Assert.Equal([("chat_1", 1L), ("chat_1", 2L)], Chats.Reads);
    }

    [Fact]
    public async Task WhatWasSeenLast_IsKept_WhenThePageGoes()
    {
        var page = await OpenChatAsync();
        await page.InvokeAsync(() => page.FindComponent<TranscriptView>().Instance.Seen(true));
        Feed.Send(chat.Said(Main, "a", "One"));
        await Until(() => Chats.Reads.Count == 1);
        Feed.Send(chat.Said(Main, "b", "Two"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 2);

        await DisposeComponentsAsync();

        await Eventually.TrueAsync(() => Chats.Reads[^1] == ("chat_1", 2L));
    }

    [Fact]
    public async Task WhoElseIsHere_IsShownByInitials()
    {
        var page = await OpenChatAsync();
        var viewers = Services.GetRequiredService<ChatViewers>();
        Assert.Empty(page.FindAll("[data-testid=presence]"));
        Assert.Equal(["you"], viewers.Of("chat_1").Select(viewer => viewer.Name));

        using (viewers.Join("chat_1", new Caller("user_ann", "Ann Lee", PersonRole.Member)))
        {
            await Until(() => page.FindAll(".initials").Count == 1);
            Assert.Equal(("AL", "Ann Lee"), (page.Find(".initials").TextContent.Trim(), page.Find(".initials").GetAttribute("title")));
            Assert.Equal("Also here: Ann Lee", page.Find("[data-testid=presence]").GetAttribute("aria-label"));
        }

        await Until(() => page.FindAll(".initials").Count == 0);
    }

    [Fact]
    public async Task ATaskThatJoinedTheChat_IsShownAlone_WithTheWayToTheChat()
    {
        var page = await OpenAsync(ATask.With(lastSeq: 0));
        Assert.Equal("chat?chatId=chat_1", page.Find("[data-testid=to-chat]").GetAttribute("href"));
    }

    [Fact]
    public async Task TheList_ShowsWhatIsUnreadAndAtWork_AndFollows()
    {
        Chats.Chats.Add(AChat("chat_1", "Open one") with { UnreadCount = 3 });
        Chats.Chats.Add(AChat("chat_2", "Other one") with { UnreadCount = 2, RunningCount = 1, TaskCount = 4, UserId = KnownUsers.Agent });
        var list = Render<ChatList>(column => column.Add(page => page.ChatId, "chat_1"));
        await Until(() => list.FindAll(".chats-row").Count == 2);

        Assert.Equal("page", list.Find("[data-chat-id=chat_1] .chats-link").GetAttribute("aria-current"));
        Assert.Empty(list.FindAll("[data-chat-id=chat_1] .unread"));
        Assert.Equal("2 unread", list.Find("[data-chat-id=chat_2] .unread").TextContent.Trim());
        Assert.Equal("1 running", list.Find("[data-chat-id=chat_2] .running").TextContent.Trim());
        Assert.Equal("chat?chatId=chat_2", list.Find("[data-chat-id=chat_2] .chats-link").GetAttribute("href"));

        Chats.Chats.RemoveAt(0);
        Chats.Tell("chat_1");
        await Until(() => list.FindAll(".chats-row").Count == 1);
        list.Find("[data-testid=search-chats]").Input("nothing");
        await Until(() => list.FindAll(".chats-empty").Count == 1);
        Assert.Equal("No chat has these words.", list.Find(".chats-empty").TextContent.Trim());
        list.Find("[data-testid=archived-chats]").Click();
        await Until(() => Chats.Queries[^1] is { Archived: true, Search: "nothing" });
    }

    [Fact]
    public async Task AnAddressOfAChat_ShowsTheTaskThatItWasBegunWith_OrSaysThatThereIsNone()
    {
        Chats.Chats.Add(AChat("chat_1", "A chat") with { PrimaryTaskId = Main, FirstTaskId = Main });
        Store.Tasks.Add(ChatLogBuilder.ATaskOf(Main, true));
        Navigation.NavigateTo("chat?chatId=chat_1");
        var page = Render<ChatPage>();
        Feed.Send(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)));
        await Until(() => page.FindAll("header h1").Count == 1);
        Assert.Contains("Title of task_000001", page.Find("header h1").TextContent, StringComparison.Ordinal);

        Navigation.NavigateTo("chat?chatId=chat_nowhere");
        await Until(() => page.FindAll(".empty-state").Count == 1);
        Assert.Contains("chat_nowhere", page.Find(".empty-state").TextContent, StringComparison.Ordinal);
    }

    private static ChatSummary AChat(string id, string title) => new() { Id = id, Title = title, UserId = KnownUsers.Local, TaskCount = 1, CreatedAt = ATask.Noon, UpdatedAt = ATask.Noon };

    private async Task<IRenderedComponent<TaskChat>> OpenChatAsync()
    {
        Store.Tasks.Add(ChatLogBuilder.ATaskOf(Main, true));
        var page = Open();
        Feed.Send(ChatLogBuilder.Snapshot(0, false, ChatLogBuilder.ATaskOf(Main, true)));
        await Until(() => page.FindAll("header h1").Count == 1);
        return page;
    }
}
