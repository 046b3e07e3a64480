using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>A list as somebody wants it: columns, groups, and a name to come back to it by.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TaskViewsJourneyTests(BrowserFixture browsers) : IAsyncLifetime
{
    private readonly TaskCompletionSource gate = new();
    private readonly List<string> ids = [];
    private DashboardApplication program = null!;
    private IPage page = null!;

    public async Task InitializeAsync()
    {
        program = await DashboardApplication.StartAsync(
            model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], gate.Task, token)), settings: ("Limits:MaxConcurrentRuns", "1"));
        for (var number = 0; number < 60; number++)
        {
            var parent = number is > 0 and <= 3 ? ids[0] : null;
            var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = $"Task {number:000}", ParentTaskId = parent })).Task;
            if (number == 0) await program.WaitForAsync(task.Id, AgentTaskStatus.Running);
            ids.Add(task.Id);
        }

        page = await browsers.OpenPageAsync();
    }

    public async Task DisposeAsync()
    {
        gate.TrySetResult();
        await page.Context.DisposeAsync();
        await program.DisposeAsync();
    }

    [Fact]
    public async Task ColumnsGroupsAndANamedView_AreThereAgainAfterAReload_AndInAnotherBrowser()
    {
        await OpenAsync(page, "tasks");
        await page.Locator("[data-action=columns]").ClickAsync();
        await Expect(page.Locator("[data-column=agent]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator("[data-column=cost]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-action=columns]")).ToBeFocusedAsync();
        await Expect(page.Locator(".task-head .cell-agent")).ToBeHiddenAsync();

        await page.GetByTestId("group-by").SelectOptionAsync("status");
        await Expect(Heading("running")).ToHaveTextAsync("Running1");
        await Expect(Heading("pending")).ToHaveTextAsync("Pending59");
        await page.Locator(".task-body").PressAsync("j");
        await Expect(Heading("running")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(Row(page, ids[0]).Locator(".task-title")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(Heading("pending")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Heading("pending")).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(Row(page, ids[^1])).ToHaveCountAsync(0);
        await Expect(Heading("pending")).ToBeFocusedAsync();
        await Expect(page).ToHaveURLAsync(new Regex("group=status&closed=pending"));

        await page.Locator("[data-action=views]").ClickAsync();
        await page.Locator("[data-action=save-view]").ClickAsync();
        await page.Locator("[name=view-name]").FillAsync("Folded");
        await page.Locator("[data-action=confirm-view]").ClickAsync();
        await Expect(page.Locator("[data-action=views]")).ToHaveTextAsync("Folded");

        await page.ReloadAsync();
        Assert.Equal("agent cost", await page.Locator("html").GetAttributeAsync("data-hidden-columns"));
        await Expect(Heading("pending")).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(page.Locator(".task-head .cell-cost")).ToBeHiddenAsync();

        var other = await browsers.OpenPageAsync();
        await OpenAsync(other, "tasks");
        await Expect(other.Locator(".task-head .cell-agent")).ToBeVisibleAsync();
        await other.Keyboard.PressAsync("Control+K");
        await other.GetByTestId("palette-input").FillAsync("Folded");
        await Expect(other.Locator("[data-key^='view:']")).ToHaveAttributeAsync("aria-selected", "true");
        await other.Keyboard.PressAsync("Enter");
        await Expect(other).ToHaveURLAsync(new Regex("group=status&closed=pending"));
        await Expect(other.Locator("[data-action=views]")).ToHaveTextAsync("Folded");
        await other.Context.DisposeAsync();
    }

    [Fact]
    public async Task GroupsAndOpenMenus_HaveNoSeriousFaultsOfAccess_AndFitANarrowScreen()
    {
        foreach (var (width, theme) in new[] { (1280, "light"), (360, "dark") })
        {
            await page.SetViewportSizeAsync(width, 800);
            await page.Context.AddCookiesAsync([new() { Name = "td-theme", Value = theme, Url = program.Address.ToString() }]);
            await OpenAsync(page, "tasks?group=parent");
            await Expect(page.Locator(".group-row").First).ToContainTextAsync("Task 000");
            foreach (var menu in new[] { "views", "columns" })
            {
                await page.Locator($"[data-action={menu}]").ClickAsync();
                await Expect(page.Locator("[data-drop]:popover-open")).ToBeVisibleAsync();
                var result = await page.RunAxe();
                Assert.Empty(result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{theme}: {violation.Id}: {violation.Nodes[0].Html}"));
                await page.Keyboard.PressAsync("Escape");
            }

            Assert.Null(await EveryPage.FindWidestAsync(page));
        }
    }

    [Fact]
    public async Task LookIntoATask_OnANarrowScreen_HasTheFocusAlone_AndGivesItBack()
    {
        await page.SetViewportSizeAsync(390, 800);
        await OpenAsync(page, "tasks");
        var opener = Row(page, ids[0]).Locator("[data-action=peek]");
        await opener.ClickAsync();
        await Expect(page.Locator("[data-action=close-peek]")).ToBeFocusedAsync();
        foreach (var behind in new[] { ".task-table", ".toolbar", "nav.rail" }) Assert.True(await page.Locator(behind).EvaluateAsync<bool>("element => element.inert"), behind);

        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("task-peek")).ToHaveCountAsync(0);
        await Expect(opener).ToBeFocusedAsync();
        foreach (var behind in new[] { ".task-table", ".toolbar", "nav.rail" }) Assert.False(await page.Locator(behind).EvaluateAsync<bool>("element => element.inert"), behind);
    }

    private async Task OpenAsync(IPage tab, string address)
    {
        await tab.GotoAsync(program.Address + address);
        await Expect(tab.Locator(".task-table[data-keys]")).ToBeAttachedAsync();
        await Expect(tab.Locator(".task-row[data-task-id]").First).ToBeVisibleAsync();
    }

    private ILocator Heading(string group) => page.Locator($"[data-group-key={group}] .group-toggle");

    private static ILocator Row(IPage page, string taskId) => page.Locator($".task-row[data-task-id='{taskId}']");
}
