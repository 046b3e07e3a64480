using Microsoft.Playwright;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Chats with several tasks and several people, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ChatJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task AskedInTheBackground_TheResultComesInTheSameChat_WhileOneChatsOn_AndTwoPeopleSeeTheSame()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("Count", AgentScript.SaysAfter(gate.Task, "There are **12** lamps."))
            .For("", AgentScript.Says("I have heard you."))
            .Play(model));
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync(program.Address + "chat");
        await SendAsync(page, "Hello there", "Enter");
        await Expect(page.Locator("[data-kind=agent]")).ToHaveCountAsync(1);
        var other = await browsers.OpenPageAsync();
        await other.GotoAsync(page.Url);

        await SendAsync(page, "Count the lamps", "Control+Shift+Enter");
        foreach (var viewer in new[] { page, other })
        {
            await Expect(viewer.Locator("[data-kind=task-group] .group-words")).ToContainTextAsync("Count the lamps");
            await Expect(viewer.Locator("[data-kind=task-group] .status-chip")).ToHaveAttributeAsync("data-status", "running");
        }

        // Meanwhile the conversation goes on.
        await SendAsync(page, "And you?", "Enter");
        await Expect(page.Locator(".transcript > [data-kind=agent]")).ToHaveCountAsync(2);
        await SendAsync(other, "I am here too", "Enter");
        foreach (var viewer in new[] { page, other }) await Expect(viewer.Locator(".transcript > [data-kind=agent]")).ToHaveCountAsync(3);

        gate.SetResult();
        foreach (var viewer in new[] { page, other })
        {
            await Expect(viewer.Locator("[data-kind=task-group] .status-chip")).ToHaveAttributeAsync("data-status", "completed");
            await viewer.Locator("[data-kind=task-group] > summary").ClickAsync();
            await Expect(viewer.Locator("[data-kind=task-group] [data-kind=agent] strong")).ToHaveTextAsync("12");
        }

        var texts = new List<string>();
        foreach (var viewer in new[] { page, other })
        {
            await viewer.ReloadAsync();
            await Expect(viewer.Locator(".transcript > [data-kind=agent]")).ToHaveCountAsync(3);
            await viewer.Locator("[data-kind=task-group] > summary").ClickAsync();
            await Expect(viewer.Locator("[data-kind=task-group] [data-kind=agent] strong")).ToHaveTextAsync("12");

            // The mark of what is new belongs to the reader, not to the transcript.
            texts.Add(await viewer.Locator("[data-transcript]").EvaluateAsync<string>(
                "column => { const copy = column.cloneNode(true); copy.querySelector('[data-unread]')?.remove(); return copy.textContent; }"));
        }

        Assert.Equal(texts[0], texts[1]);
        Assert.Contains("There are 12 lamps.", texts[0], StringComparison.Ordinal);

        // The task has a view of its own, from which there is a way back to the whole chat.
        await page.Locator(".group-open").ClickAsync();
        await Expect(page.Locator("header h1")).ToContainTextAsync("Count the lamps");
        await page.GetByTestId("to-chat").ClickAsync();
        await Expect(page.Locator("[data-kind=task-group]")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
        await other.Context.DisposeAsync();
    }

    [Fact]
    public async Task TheList_FindsRenamesPutsAwayAndDeletes_AndShowsWhatAgentsBegan()
    {
        var never = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("Wait", AgentScript.SaysAfter(never.Task, "Never."))
            .For("", AgentScript.Says("Done."))
            .Play(model));
        var lamps = await DoneAsync(program, "About the lamps", KnownUsers.Local);
        var begun = await DoneAsync(program, "The nightly report", KnownUsers.Agent);
        await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Wait for it", ChatId = lamps.ChatId });
        Assert.NotEqual(lamps.ChatId, begun.ChatId);
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync(program.Address + "chat");
        await Expect(Rows(page)).ToHaveCountAsync(2);
        await Expect(Row(page, begun)).ToContainTextAsync("Begun by an agent or a schedule");
        await Expect(Row(page, begun).Locator(".unread")).ToHaveCountAsync(1);
        await Expect(Row(page, lamps).Locator(".running")).ToHaveCountAsync(1);

        // Opened and on the screen, it is read.
        await Row(page, begun).Locator(".chats-link").ClickAsync();
        await Expect(page.Locator(".transcript > [data-kind=agent]")).ToHaveCountAsync(1);
        await Row(page, lamps).Locator(".chats-link").ClickAsync();
        await Expect(page.Locator("[data-kind=task-group]")).ToHaveCountAsync(1);
        await Expect(Row(page, begun).Locator(".unread")).ToHaveCountAsync(0);

        await page.GetByTestId("search-chats").FillAsync("nightly");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await page.GetByTestId("search-chats").FillAsync("");
        await Expect(Rows(page)).ToHaveCountAsync(2);

        await ChooseAsync(page, begun, "rename-chat");
        await page.Locator("[role=dialog] input").FillAsync("Report of the night");
        await page.Locator("[role=dialog] input").PressAsync("Enter");
        await Expect(Row(page, begun).Locator(".chats-title")).ToHaveTextAsync("Report of the night");

        await ChooseAsync(page, begun, "archive-chat");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await page.GetByTestId("archived-chats").ClickAsync();
        await Expect(Row(page, begun)).ToHaveCountAsync(1);
        await page.GetByTestId("archived-chats").ClickAsync();

        await ChooseAsync(page, lamps, "delete-chat");
        await Expect(page.GetByTestId("chat-live")).ToContainTextAsync("1 task is still at work");
        await page.Locator("[data-action=confirm-delete-chat]").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New chat" })).ToBeVisibleAsync();
        await Expect(Rows(page)).ToHaveCountAsync(0);
        Assert.Null(await program.Reader.FindAsync(lamps.Id));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task WhoComesBack_IsToldWhatHappened_AndLedToTheFirstOfIt()
    {
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("Fail", AgentScript.Fails("It broke."))
            .For("", AgentScript.Says(string.Join("\n\n", Enumerable.Range(0, 40).Select(number => $"Paragraph {number}."))))
            .Play(model));
        var task = await DoneAsync(program, "Begin", KnownUsers.Local);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?chatId={task.ChatId}");
        await Expect(page.Locator(".transcript > [data-kind=agent]")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("since-you-left")).ToHaveCountAsync(0);
        await Eventually.TrueAsync(async () => (await program.Client.GetStringAsync($"api/chats/{task.ChatId}")).Contains("\"unread_count\":0", StringComparison.Ordinal));
        await page.GotoAsync(program.Address + "tasks");

        await DoneAsync(program, "Something beside", KnownUsers.Local, task.ChatId);
        var failing = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Fail at it", ChatId = task.ChatId })).Task;
        await program.WaitForAsync(failing.Id, AgentTaskStatus.Failed);
        await program.Tasks.SendMessageAsync(task.Id, new SendMessage("More of it"));
        await program.WaitForAsync(task.Id, row => row is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        await page.GotoAsync($"{program.Address}chat?chatId={task.ChatId}");
        await Expect(page.GetByTestId("since-you-left")).ToContainTextAsync("1 failed");
        await Expect(page.GetByTestId("since-you-left")).ToContainTextAsync("2 tasks completed");
        await page.Locator("[data-action=first-unread]").ClickAsync();
        await Expect(page.Locator(".unread-mark")).ToBeInViewportAsync();
        await Expect(page.GetByTestId("since-you-left")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    private static ILocator Rows(IPage page) => page.Locator(".chats-row");

    private static ILocator Row(IPage page, AgentTask task) => page.Locator($"[data-chat-id={task.ChatId}]");

    private static async Task ChooseAsync(IPage page, AgentTask task, string action)
    {
        await Row(page, task).HoverAsync();
        await Row(page, task).Locator("[aria-haspopup=menu]").ClickAsync();
        await page.Locator($"[data-action={action}]").ClickAsync();
    }

    private static async Task<AgentTask> DoneAsync(DashboardApplication program, string message, string userId, string? chatId = null)
    {
        var created = await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = message, UserId = userId, ChatId = chatId });
        return await program.WaitForAsync(created.Task.Id, AgentTaskStatus.Completed);
    }

    private static async Task SendAsync(IPage page, string text, string keys)
    {
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await page.GetByTestId("composer").FillAsync(text);
        await page.GetByTestId("composer").PressAsync(keys);
        await Expect(page.GetByTestId("composer")).ToHaveValueAsync("");
    }
}
