using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Notifications of the browser, over a stand-in for the browser's own, which writes down what it is asked to show.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AlertJourneyTests(BrowserFixture browsers)
{
    private const string StandIn = """
        window.shown = [];
        window.Notification = class {
          static permission = localStorage.getItem("permission") ?? "default";
          static async requestPermission() {
            localStorage.setItem("permission", "granted");
            return this.permission = "granted";
          }
          constructor(title, options) { window.shown.push(title); window.lastShown = this; this.options = options; }
          close() {}
        };
        """;

    [Fact]
    public async Task TurnedOn_OneTabTells_AndNoneWhatIsOnItsScreen_AndAClickLeadsThere()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("Wait", AgentScript.SaysAfter(gate.Task, "Done."))
            .For("Fail", AgentScript.Fails("It broke."))
            .For("", AgentScript.Says("Done."))
            .Play(model));
        var page = await browsers.OpenPageAsync();
        await page.Context.AddInitScriptAsync(StandIn);
        await page.GotoAsync(program.Address + "settings");
        await EndAsync(program, "Before it was turned on", AgentTaskStatus.Completed);
        await Expect(page.GetByTestId("alerts-on")).ToBeEnabledAsync();
        await page.GetByTestId("alerts-on").CheckAsync();
        await Expect(page.GetByTestId("alerts-sound")).ToBeEnabledAsync();
        await page.ReloadAsync();
        await Expect(page.GetByTestId("alerts-on")).ToBeCheckedAsync();
        var second = await page.Context.NewPageAsync();
        await second.GotoAsync(program.Address + "tasks");
        await Expect(second.GetByTestId("task-search")).ToBeVisibleAsync();
        await Expect(second.Locator("[data-task-id], .task-row").First).ToBeVisibleAsync();

        var failed = await EndAsync(program, "Fail at it", AgentTaskStatus.Failed);
        await Eventually.TrueAsync(async () => (await ShownAsync(page)).Concat(await ShownAsync(second)).Count() == 1);

        // What somebody looks at is told to nobody; the next one is.
        var watched = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Wait for it" })).Task;
        await second.GotoAsync($"{program.Address}chat?taskId={watched.Id}");
        await Expect(second.Locator("header .status-chip")).ToHaveAttributeAsync("data-status", "running");
        await second.BringToFrontAsync();
        await Expect(second.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await second.WaitForLoadStateAsync(LoadState.NetworkIdle);
        gate.SetResult();
        await Expect(second.Locator("header .status-chip")).ToHaveAttributeAsync("data-status", "completed");
        await EndAsync(program, "And another", AgentTaskStatus.Completed);
        await Eventually.TrueAsync(async () => (await ShownAsync(page)).Concat(await ShownAsync(second)).Any(title => title == "Done: And another"));
        var all = (await ShownAsync(page)).Concat(await ShownAsync(second)).ToList();
        Assert.DoesNotContain("Done: Wait for it", all);
        Assert.Equal(all.Distinct().Count(), all.Count);

        var teller = (await ShownAsync(page)).Count > 0 ? page : second;
        await teller.EvaluateAsync("() => window.lastShown.onclick()");
        await Expect(teller).ToHaveURLAsync(new Regex(@"/chat\?taskId="));
        Assert.Equal(AgentTaskStatus.Failed, failed.Status);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task WhatWaitsForAnAnswer_IsToldElsewhere_AndNotOnThePageThatShowsIt()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync();
        await page.Context.AddInitScriptAsync(StandIn);
        await page.GotoAsync(program.Address + "settings");
        await page.GetByTestId("alerts-on").CheckAsync();
        await Expect(page.GetByTestId("alerts-sound")).ToBeEnabledAsync();
        await page.GotoAsync(program.Address + "approvals");
        await Expect(page.Locator("[data-keys=ready]")).ToBeVisibleAsync();

        await AskAsync("ask me which colour");
        await Expect(page.Locator(".request.open")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Agents" }).First.ClickAsync();
        await Expect(page.Locator("[data-alive]")).ToBeVisibleAsync();
        await AskAsync("ask me which size");

        await Eventually.TrueAsync(async () => (await ShownAsync(page)).Count > 0);
        Assert.Equal(["Needs you: ask me which size"], await ShownAsync(page));
        await page.Context.DisposeAsync();

        async Task AskAsync(string message) =>
            await program.WaitForAsync((await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = message })).Task.Id, AgentTaskStatus.Waiting);
    }

    private static async Task<AgentTask> EndAsync(DashboardApplication program, string message, AgentTaskStatus end)
    {
        var created = await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = message });
        return await program.WaitForAsync(created.Task.Id, end);
    }

    private static async Task<IReadOnlyList<string>> ShownAsync(IPage page) => await page.EvaluateAsync<string[]>("() => window.shown");
}
