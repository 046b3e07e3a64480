using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Speaking to a task while it works, and stopping a whole tree, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class QueueJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task QueuedMessages_AreMovedChangedAndTakenBack_AndReadInTheNewOrder()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], gate.Task, token))
            .Then((_, _, _) => ScriptedModelProvider.Say("All done")));
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat");
        await SendAsync(page, "Begin");
        await Expect(page.Locator("[data-kind=agent]")).ToContainTextAsync("At it");
        foreach (var text in new[] { "First", "Second", "Third" }) await SendAsync(page, text);
        await Expect(Chips(page)).ToHaveTextAsync(["First", "Second", "Third"]);

        // By keyboard, which keeps the focus on what it moved.
        await Chips(page).Nth(2).FocusAsync();
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(Chips(page)).ToHaveTextAsync(["First", "Third", "Second"]);
        await Expect(Chips(page).Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(Chips(page)).ToHaveTextAsync(["Third", "First", "Second"]);

        // In place; Escape gives up, Enter saves.
        await Chips(page).Nth(1).ClickAsync();
        await Expect(page.GetByTestId("queued-editor")).ToBeFocusedAsync();
        await page.GetByTestId("queued-editor").FillAsync("Never");
        await page.Keyboard.PressAsync("Escape");
        await Expect(Chips(page)).ToHaveTextAsync(["Third", "First", "Second"]);
        await Chips(page).Nth(1).ClickAsync();
        await Expect(page.GetByTestId("queued-editor")).ToBeFocusedAsync();
        await page.GetByTestId("queued-editor").FillAsync("First, changed");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Chips(page)).ToHaveTextAsync(["Third", "First, changed", "Second"]);
        await page.Locator(".queued [data-action=remove]").Nth(2).ClickAsync();
        await Expect(Chips(page)).ToHaveTextAsync(["Third", "First, changed"]);

        // Somebody else sees the same.
        var other = await browsers.OpenPageAsync();
        await other.GotoAsync(page.Url);
        await Expect(Chips(other)).ToHaveTextAsync(["Third", "First, changed"]);
        await Expect(other.Locator("[data-kind=user]")).ToHaveCountAsync(1);

        gate.SetResult();
        foreach (var viewer in new[] { page, other })
        {
            await Expect(viewer.Locator("[data-kind=agent]").Nth(1)).ToHaveTextAsync("All done");
            await Expect(viewer.Locator("[data-kind=user] .message-text")).ToHaveTextAsync(["Begin", "Third", "First, changed"]);
            await Expect(viewer.Locator("[data-kind=user] [data-state=read]")).ToHaveCountAsync(3);
            await Expect(Chips(viewer)).ToHaveCountAsync(0);
        }

        Assert.Equal(["Begin", "Third", "First, changed"], program.Model.Calls.Last().Where(message => message.Role == ChatRole.User).Select(message => message.Text));
        await page.Context.DisposeAsync();
        await other.Context.DisposeAsync();
    }

    [Fact]
    public async Task ATreeThatIsStopped_ShowsItsReceipt_TaskByTask()
    {
        var never = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], never.Task, token)));
        var root = await CreateAsync(program, "Root", null);
        var child = await CreateAsync(program, "Child", root.Id);
        await CreateAsync(program, "Grandchild", child.Id);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={root.Id}");
        await Expect(page.Locator(".subtask")).ToHaveCountAsync(2);
        await Expect(page.Locator("header [data-action=stop]")).ToContainTextAsync("Stop 3 tasks");

        await page.Locator("header [data-action=stop]").ClickAsync();
        await Expect(page.GetByTestId("stop-summary")).ToContainTextAsync("3 stopped");
        await Expect(page.GetByTestId("stop-summary")).ToContainTextAsync("0 calls after the cancel");
        await page.Locator(".stop-receipt summary").ClickAsync();
        await Expect(page.Locator(".receipt-table tbody th")).ToHaveTextAsync(["Root", "Child", "Grandchild"]);
        await Expect(page.Locator(".subtask[data-status=cancelled]")).ToHaveCountAsync(2);

        // What the child tells behind its parent's end is there without a reload.
        await Expect(page.Locator(".news-title")).ToHaveTextAsync("Task “Child” was cancelled");
        await page.Context.DisposeAsync();
    }

    private static async Task<AgentTask> CreateAsync(DashboardApplication program, string title, string? parentId)
    {
        var created = await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = title, Title = title, ParentTaskId = parentId });
        return await program.WaitForAsync(created.Task.Id, AgentTaskStatus.Running);
    }

    private static async Task SendAsync(IPage page, string text)
    {
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await page.GetByTestId("composer").FillAsync(text);
        await page.GetByTestId("composer").PressAsync("Enter");
        await Expect(page.GetByTestId("composer")).ToHaveValueAsync("");
    }

    private static ILocator Chips(IPage page) => page.Locator(".queued-text");
}
