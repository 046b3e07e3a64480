using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Whose task went wrong finds out why, in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class RunJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task FailedTask_LeadsToItsRun_WhichNamesTheCause_AndShowsWhatTheModelWasSent()
    {
        await using var program = await DashboardApplication.StartAsync(FailingRun.Play, settings: FailingRun.Limit);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Report" })).Task;
        task = await program.WaitForAsync(task.Id, AgentTaskStatus.Failed);
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });

        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await page.GetByTestId("ending-run").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"runs/{task.RunId}$"));

        var fault = page.GetByTestId("fault");
        await Expect(fault.Locator("h2")).ToHaveTextAsync("Step 7 of 12 failed: the tool read_file");
        await Expect(fault).ToContainTextAsync(FailingRun.MissingFile);
        await Expect(fault.Locator("[data-fact=retries]")).ToContainTextAsync("asked again 2 times");
        await Expect(page.Locator("[data-alive] button.span-row:not([data-kind=wait])")).ToHaveCountAsync(12);

        // By keyboard alone: down to the call that was tried three times, open it, and back.
        await Expect(page.Locator("[data-keys=ready]")).ToBeVisibleAsync();
        var first = page.Locator("button.span-row:not([data-kind=wait])").First;
        await first.FocusAsync();
        for (var line = 1; line < 6; line++) await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("button.span-row:focus")).ToContainTextAsync("Step 6,");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("attempts").Locator("li")).ToHaveTextAsync([new Regex("answered 503"), new Regex("answered 429")]);
        await Expect(page.GetByTestId("exchange").Locator("[data-block=text] pre")).ToHaveTextAsync("Now the report.");
        await page.Locator("[data-side=request]").ClickAsync();
        await Expect(page.Locator("[data-block=user] pre")).ToHaveTextAsync("Report");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("step-panel")).ToHaveCountAsync(0);
        await Expect(page.Locator("button.span-row:focus")).ToContainTextAsync("Step 6,");

        await page.Locator("[data-filter=failed]").ClickAsync();
        await Expect(page.Locator("button.span-row")).ToHaveCountAsync(5);
        await page.Locator("[data-action=open-fault]").ClickAsync();
        await Expect(page.GetByTestId("step-panel").Locator("h2")).ToContainTextAsync("Step 7");
        await Expect(page.Locator("[data-block=arguments] pre")).ToContainTextAsync(FailingRun.MissingFile);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task RunPage_OfATaskAtWork_GrowsByItself()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.CallAfter(gate.Task, token)));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Sum" })).Task;
        task = await program.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var page = await browsers.OpenPageAsync();

        await page.GotoAsync($"{program.Address}runs/{task.RunId}");
        await Expect(page.Locator("[data-alive] button.span-row[data-outcome=open]")).ToHaveCountAsync(1);
        gate.SetResult();
        await Expect(page.Locator("button.span-row[data-outcome=success]")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("run-outcome")).ToHaveTextAsync("Completed");
        await page.Context.DisposeAsync();
    }
}
