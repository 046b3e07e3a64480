using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>An agent's life in a real browser: made, tried, copied, put aside, and gone with what it was at.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AgentJourneyTests(BrowserFixture browsers)
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    [Fact]
    public async Task Agent_IsMade_TriedInPlace_Duplicated_Archived_AndDeletedWithItsLiveTask()
    {
        await using var program = await DashboardApplication.StartAsync(new AgentScript()
            .For("What is", AgentScript.Says("It is forty-two."))
            .For("Take long", AgentScript.SaysAfter(Never, "Never.")).Play);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "agents");
        await Expect(page.Locator("[data-alive]")).ToBeVisibleAsync();
        await page.Locator("[data-action=new-agent]").ClickAsync();
        await Expect(page.Locator("[data-keys=ready]")).ToBeVisibleAsync();

        // Made, and tried as it stands: that saves it first.
        await page.Locator("[name=name]").FillAsync("Oracle");
        await page.Locator("[name=instructions]").FillAsync("You know the answer.");
        await page.Locator("[data-tool=calculate]").CheckAsync();
        await page.Locator("[data-tool=read_file]").CheckAsync();
        await Expect(page.GetByTestId("editor-state")).ToHaveTextAsync("Unsaved changes");
        await page.Locator("[name=trial-message]").FillAsync("What is the answer?");
        await page.Locator("[data-action=try]").ClickAsync();
        await Expect(page.Locator(".agent-trial [data-kind=agent]")).ToHaveTextAsync("It is forty-two.");
        await Expect(page.GetByTestId("editor-state")).ToHaveTextAsync("Saved");
        Assert.Contains("You know the answer.", program.Model.Calls.First()[0].Text, StringComparison.Ordinal);

        // Still there after a reload, and saved by the keys.
        await page.ReloadAsync();
        await Expect(page.Locator("[data-keys=ready]")).ToBeVisibleAsync();
        await Expect(page.Locator("[name=name]")).ToHaveValueAsync("Oracle");
        await Expect(page.Locator("[data-tool=calculate]")).ToBeCheckedAsync();
        await page.Locator("[name=description]").FillAsync("Knows.");
        await Expect(page.GetByTestId("editor-state")).ToHaveTextAsync("Unsaved changes");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByTestId("editor-state")).ToHaveTextAsync("Saved");
        await page.Locator("[name=description]").FillAsync("Knows nothing.");
        await Expect(page.GetByTestId("editor-state")).ToHaveTextAsync("Unsaved changes");
        await page.Locator(".editor-head a").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stay" }).ClickAsync();
        await Expect(page.Locator("[name=description]")).ToHaveValueAsync("Knows nothing.");
        await page.Locator(".editor-head a").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave" }).ClickAsync();

        // Duplicated, and the copy put aside.
        var oracle = page.Locator(".agent-card").Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "Oracle", Exact = true }) });
        await Expect(oracle).ToContainTextAsync("Knows.");
        await ChooseAsync(page, oracle, "duplicate");
        var copy = page.Locator(".agent-card").Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "Oracle (2)", Exact = true }) });
        await Expect(copy).ToBeVisibleAsync();
        await ChooseAsync(page, copy, "archive");
        await Expect(copy).ToHaveCountAsync(0);
        await page.Locator(".agent-views a").Last.ClickAsync();
        await Expect(page.Locator(".agent-card")).ToHaveCountAsync(1);
        await page.Locator(".agent-views a").First.ClickAsync();

        // Deleted with what it was at.
        var agentId = (await oracle.GetAttributeAsync("data-agent-id"))!;
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = agentId, Message = "Take long" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Running);
        await ChooseAsync(page, oracle, "delete");
        await Expect(page.GetByTestId("live-tasks")).ToContainTextAsync("One live task will be cancelled");
        await page.Locator("[data-action=delete-now]").ClickAsync();
        await Expect(oracle).ToHaveCountAsync(0);
        await program.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        await page.Context.DisposeAsync();
    }

    private static async Task ChooseAsync(IPage page, ILocator card, string action)
    {
        await card.Locator("[data-action=more]").ClickAsync();
        await page.Locator($".menu [data-action={action}]").ClickAsync();
    }
}
