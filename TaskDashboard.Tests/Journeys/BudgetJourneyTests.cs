using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;
using static TaskDashboard.Tests.Fakes.ScriptedModelProvider;

namespace TaskDashboard.Tests.Journeys;

/// <summary>What things cost and what they may, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class BudgetJourneyTests(BrowserFixture browsers)
{
    private static readonly (string Key, string Value)[] Prices =
    [
        ("Prices:Models:0:Model", "scripted/*"), ("Prices:Models:0:Input", "0"), ("Prices:Models:0:Output", "10"),
        ("Context:Models:0:Model", "scripted/*"), ("Context:Models:0:Tokens", "100000"),
    ];

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task TaskWaitsForItsBudget_IsRaisedWhereItWaits_AndGoesOn(ColorScheme scheme, int width, int height)
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(
            model => model.Then((_, _, token) => CallAfter(gate.Task, token)).Then(Text("It is 2.")).Charge = options => (45_000, Math.Min(5_000, options.MaxOutputTokens ?? 5_000)), settings: Prices);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "What is 1+1?", Title = "A sum" })).Task;
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await SetAsync(page, () => OpenMenuAsync(page), "0.05");

        gate.SetResult();
        await Expect(page.Locator(".chat-header").GetByTestId("reason")).ToContainTextAsync("The budget of this task is 0.05 US dollars, of which 0.05 are spent");
        await Expect(page.Locator("[data-kind=notice]").First).ToContainTextAsync("nearly used");
        if (width > 1000) await Expect(page.GetByTestId("context")).ToHaveTextAsync("50% full");
        await CheckAsync(page, "waiting");

        await SetAsync(page, () => page.Locator("[data-action=raise-budget]").ClickAsync(), "1");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("It is 2.");
        await Expect(page.GetByTestId("cost").First).ToHaveTextAsync("$0.10");

        await page.GotoAsync(program.Address + "usage");
        await Expect(page.Locator("[data-alive]")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("usage-cost")).ToHaveTextAsync("$0.10");
        await Expect(page.Locator("[data-budget]")).ToContainTextAsync("$0.10 of $1.00 spent");
        await Expect(page.Locator(".usage-chart svg")).ToBeVisibleAsync();
        await CheckAsync(page, "usage");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-action=csv]").ClickAsync());
        Assert.Contains("scripted/model", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        await page.Context.DisposeAsync();
    }

    private static async Task OpenMenuAsync(IPage page)
    {
        await page.Locator(".chat-header [aria-haspopup=menu]").ClickAsync();
        await page.Locator("[data-action=budget]").ClickAsync();
    }

    private static async Task SetAsync(IPage page, Func<Task> open, string usd)
    {
        await open();
        await page.Locator("[name=budget-task]").FillAsync(usd);
        await CheckAsync(page, "dialog");
        await page.Locator("[data-action=save-budget]").ClickAsync();
        await Expect(page.GetByTestId("budget-dialog")).ToHaveCountAsync(0);
    }

    private static async Task CheckAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        var found = result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}"));
        Assert.True(!found.Any(), string.Join(Environment.NewLine, found));
    }
}
