using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>The language of a page that is open.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LanguageJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Switched_ThePageSpeaksItAtOnce_WithWhatWasTyped_AndWhatComesLater()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], gate.Task, token)));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Wait for it" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 }, Locale = "en" });
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await page.Locator("textarea[data-attached]").FillAsync("Half a sentence");
        await page.EvaluateAsync("() => window.same = true");

        await page.GetByTestId("language").First.SelectOptionAsync("zh-Hans");

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(page.Locator("header .status-chip")).ToContainTextAsync("运行中");
        await Expect(page.Locator("nav")).ToContainTextAsync("任务");
        await Expect(page.Locator("textarea[data-attached]")).ToHaveValueAsync("Half a sentence");
        await Expect(page.Locator("ticking-duration").First).ToContainTextAsync("秒");
        gate.SetResult();
        await Expect(page.Locator("header .status-chip")).ToContainTextAsync("已完成");
        Assert.True(await page.EvaluateAsync<bool>("() => window.same"));

        // The choice stays, and other pages of the same browser that are opened later know it.
        await page.GotoAsync(program.Address + "tasks");
        await Expect(page.Locator("h1")).ToHaveTextAsync("任务");
        await page.Context.DisposeAsync();
    }
}
