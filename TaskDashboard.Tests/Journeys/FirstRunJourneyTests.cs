using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>The first five minutes of somebody who has set up nothing.</summary>
[Collection(BrowserCollection.Name)]
public sealed class FirstRunJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task FirstRun_ShowsStopApprovalsAndSchedules_AndTipsThatWereDismissedStayAway()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync(program.Address + "tasks");
        await Expect(page.Locator("[data-starter=Wait]")).ToBeEnabledAsync();
        await page.Locator(".first-run .setup summary").ClickAsync();
        await Expect(page.Locator("[data-model='builtin/assistant'][data-status=ok]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-program]")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("setup-data")).ToContainTextAsync(program.DataDirectory);

        // Stop, where a task is at work.
        await page.Locator("[data-starter=Wait]").ClickAsync();
        await Expect(page.Locator("[data-guide-tip=Stop]")).ToBeVisibleAsync();
        await page.Locator("[data-guide-dismiss=Stop]").ClickAsync();
        await Expect(page.Locator("[data-guide-tip=Stop]")).ToBeHiddenAsync();
        await page.Locator("header [data-action=stop]").ClickAsync();
        await Expect(page.Locator("header .status-chip")).ToHaveAttributeAsync("data-status", "cancelled");
        await DeleteAllAsync(program);

        // Approvals, where it asks.
        await page.GotoAsync(program.Address + "tasks");
        await page.Locator("[data-starter=Approve]").ClickAsync();
        await Expect(page.Locator(".request.open")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-guide-tip=Stop]")).ToBeHiddenAsync();
        await page.GotoAsync(program.Address + "approvals");
        await Expect(page.Locator("[data-guide-tip=Approvals]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-keys=ready] .request.open")).ToHaveCountAsync(1);
        await page.Locator("[data-answer=allow]").ClickAsync();
        await Eventually(program, AgentTaskStatus.Completed);
        await DeleteAllAsync(program);

        // Schedules, and no tips any more.
        await page.GotoAsync(program.Address + "tasks");
        await page.Locator("[data-starter=Schedule]").ClickAsync();
        await Expect(page.Locator("[data-trigger-id]")).ToHaveCountAsync(1);
        await page.Locator("[data-guide-tip=Schedules] [data-guide-dismiss=all]").ClickAsync();
        await Expect(page.Locator("[data-guide-tip=Schedules]")).ToBeHiddenAsync();
        await page.GotoAsync(program.Address + "approvals");
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-guide-tip=Approvals]")).ToBeHiddenAsync();
        await page.Context.DisposeAsync();
    }

    private static async Task Eventually(DashboardApplication program, AgentTaskStatus status)
    {
        var task = (await program.Reader.ListAsync(new TaskQuery())).Items.Single();
        await program.WaitForAsync(task.Id, status);
    }

    private static async Task DeleteAllAsync(DashboardApplication program)
    {
        foreach (var task in (await program.Reader.ListAsync(new TaskQuery())).Items) await program.Tasks.DeleteAsync(task.Id, "test");
    }
}
