using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>A message that is edited, and one order for two, in the browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ForkJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Message_IsEditedByKeyboard_AndGoesOnInANewChat_AndTheOldOneStays()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 6 * 7" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await program.Tasks.SendMessageAsync(task.Id, new SendMessage("calculate 5 * 5"));
        var before = await program.WaitForAsync(task.Id, one => one is { RunCount: 2, Status: AgentTaskStatus.Completed });
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("25");
        await Expect(page.Locator("textarea[data-attached]")).ToBeFocusedAsync();
        await page.Locator("[data-action=edit-message]").Last.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[name=fork-text]")).ToHaveValueAsync("calculate 5 * 5");
        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        await page.Locator("[name=fork-text]").FillAsync("calculate 5 * 6");
        await page.Locator("[data-action=fork]").ClickAsync();

        await Expect(page.Locator("[data-tie=origin] a")).ToHaveAttributeAsync("href", $"chat?taskId={task.Id}");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("30");
        await page.Locator(".copied-history > summary").ClickAsync();
        await Expect(page.Locator(".copied-history [data-kind=agent]")).ToContainTextAsync("42");
        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        await page.Locator("[data-tie=origin] a").ClickAsync();
        await Expect(page.Locator("[data-tie=made] a")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-kind=user]").Last).ToContainTextAsync("calculate 5 * 5");
        var after = (await program.Reader.FindAsync(task.Id))!;
        Assert.Equal((before.Version, before.LastSeq), (after.Version, after.LastSeq));

        await page.Locator("[data-action=rerun-with]").Last.ClickAsync();
        await page.Locator("[data-action=rerun]").ClickAsync();
        await Expect(page.Locator("[data-kind=user]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("42");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task OneOrder_IsGivenToTwo_OneIsPicked_AndTheOtherIsStopped()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();

        // From a page that is alive already: before that a button is only a picture of one.
        await page.Locator("nav a[href=tasks]").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New Task" }).First.ClickAsync();
        await page.Locator("textarea[name=message]").FillAsync("calculate 6 * 7, then wait 600 seconds");
        await page.Locator("[name=compare]").CheckAsync();
        await Expect(page.Locator(".candidate")).ToHaveCountAsync(2);
        await page.Locator("[data-action=start]").ClickAsync();

        await page.SetViewportSizeAsync(390, 844);
        var columns = page.Locator(".comparison-column");
        await Expect(columns).ToHaveCountAsync(2);
        await Expect(columns.First.Locator(".comparison-answer")).ToContainTextAsync("42");
        await Expect(columns.Last.Locator(".comparison-answer")).ToContainTextAsync("42");
        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await columns.First.Locator("[data-action=pick]").ClickAsync();
        await page.Locator("[data-action=stop-others]").ClickAsync();
        await Expect(columns.First.GetByTestId("picked")).ToBeVisibleAsync();
        await Expect(columns.Last.Locator(".status-chip")).ToContainTextAsync("Cancelled");
        await page.Locator("[data-action=stop-all]").ClickAsync();
        await Expect(columns.First.Locator(".status-chip")).ToContainTextAsync("Cancelled");
        await columns.First.Locator("footer a").ClickAsync();
        await Expect(page.Locator("[data-tie=comparison] a")).ToBeVisibleAsync();
        await page.Context.DisposeAsync();
    }
}
