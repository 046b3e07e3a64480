using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>A task that starts itself, in the browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ScheduleJourneyTests(BrowserFixture browsers)
{
    private const string FocusFirst = "Radzen.focusFirstFocusableElement(document.querySelector('.rz-dialog-content'))";

    [Fact]
    public async Task Dialog_LeavesTheFocusToWhoIsInAFieldAlready()
    {
        await using var program = await DashboardApplication.StartAsync();
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "schedules");
        await page.Locator("[data-action=new-trigger]").First.ClickAsync();
        var name = page.Locator(".rz-dialog input[name=name]");
        await name.FocusAsync();

        // What the component library does half a second after a dialog has opened.
        await page.EvaluateAsync(FocusFirst);
        await Expect(name).ToBeFocusedAsync();

        await name.BlurAsync();
        await page.EvaluateAsync(FocusFirst);
        await Expect(page.Locator(".rz-dialog-content :focus")).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task ScheduleOfTwoSeconds_RunsThreeTimesInOneChat_AndNoMoreOnceItIsPaused()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "schedules");
        await page.Locator("[data-action=new-trigger]").ClickAsync();
        await page.Locator("select[name=when]").SelectOptionAsync("every");
        await page.Locator("input[name=every]").FillAsync("2");
        await page.Locator("select[name=unit]").SelectOptionAsync("1");
        await Expect(page.GetByTestId("preview")).ToContainTextAsync("Every 2 seconds");
        await page.Locator("textarea[name=message]").FillAsync("calculate 6 * 7");
        await CheckAsync(page, "new schedule");
        await page.Locator("[data-action=save-trigger]").ClickAsync();

        var card = page.Locator(".trigger-card", new() { HasText = "calculate 6 * 7" });
        await Expect(card).ToContainTextAsync("calculate 6 * 7");
        await card.Locator(".trigger-more > summary").ClickAsync();
        await Expect(card.GetByTestId("next-firings").Locator("li")).ToHaveCountAsync(5);
        await Expect(card.GetByTestId("firings").Locator("li", new() { HasText = "Completed" }).Nth(2)).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await CheckAsync(page, "schedules");
        await card.Locator(".trigger-facts a").ClickAsync();
        await Expect(page.Locator("[data-kind=user]", new() { HasText = "calculate 6 * 7" }).Nth(2)).ToBeVisibleAsync();
        await Expect(page.Locator("[data-kind=agent]", new() { HasText = "42" }).Nth(2)).ToBeVisibleAsync();

        await page.Locator("nav a[href=schedules]").First.ClickAsync();
        await card.Locator("[data-action=pause]").ClickAsync();
        await Expect(card.Locator(".trigger-state")).ToHaveTextAsync("Paused");
        await Expect(card.GetByTestId("next-firing")).ToHaveCountAsync(0);
        var triggers = program.Services.GetRequiredService<TriggerService>();
        var trigger = Assert.Single(triggers.List());
        var task = await program.WaitForAsync(trigger.TaskId, row => row.Status == AgentTaskStatus.Completed);

        // Another one that goes on is the clock by which nothing more is seen of this one.
        var witness = await triggers.CreateAsync(null, new TriggerDefinition { Name = "Witness", Message = "calculate 1 + 1", EveryS = 1, Order = new TriggerOrder(program.AgentId) });
        await Eventually.TrueAsync(() => triggers.List().Single(one => one.Id == witness.Id).Fired >= 5);
        await Expect(page.Locator(".trigger-card", new() { HasText = "Witness" })).ToContainTextAsync("runs so far");
        await triggers.PauseAsync(witness.Id);
        Assert.Equal(task.RunCount, (await program.Reader.FindAsync(trigger.TaskId))!.RunCount);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Task_IsRepeatedFromItsMenu_AndAWebhookIsTriedInThePage()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 1 + 1" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "tasks");
        await page.Locator($"[data-task-id='{task.Id}'] [data-action=more]").ClickAsync();
        await page.Locator("[data-action=repeat]").ClickAsync();
        await Expect(page.Locator("textarea[name=message]")).ToHaveValueAsync("calculate 1 + 1");
        await page.Locator("input[name=cron]").FillAsync("61 * * * *");
        await Expect(page.Locator(".field-error")).ToContainTextAsync("is no cron expression");
        await page.Locator("input[name=cron]").FillAsync("0 9 * * 1-5");
        await Expect(page.GetByTestId("preview")).ToContainTextAsync("Monday to Friday");
        await page.Locator("[data-action=save-trigger]").ClickAsync();
        await Expect(page.Locator("[data-action=save-trigger]")).ToHaveCountAsync(0);

        await page.Locator("nav a[href=schedules]").First.ClickAsync();
        await page.Locator(".trigger-card [data-action=run-now]").ClickAsync();
        await program.WaitForAsync(task.Id, row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);
        await Expect(page.Locator(".trigger-card").GetByTestId("last-run")).ToHaveAttributeAsync("data-outcome", "completed");
        await Expect(page.Locator(".trigger-card").GetByTestId("last-run")).ToContainTextAsync("Last run: Completed");

        await page.Locator("[data-action=new-trigger]").ClickAsync();
        await page.GetByText("Webhook", new() { Exact = true }).ClickAsync();
        await page.Locator("textarea[name=message]").FillAsync("calculate 2 + 2");
        await page.Locator("[data-action=save-trigger]").ClickAsync();
        var hook = page.Locator(".trigger-card", new() { HasText = "calculate 2 + 2" });
        await Expect(hook.GetByTestId("webhook-address")).ToContainTextAsync("/api/webhooks/");
        await hook.Locator("[data-action=test-webhook]").ClickAsync();
        await hook.Locator("[data-kind=deliveries] > summary").ClickAsync();
        await Expect(hook.GetByTestId("deliveries").Locator("li")).ToContainTextAsync("Started a run.");
        await hook.Locator("[data-kind=history] > summary").ClickAsync();
        await Expect(hook.GetByTestId("firings").Locator("li")).ToContainTextAsync("Completed");
        await page.Context.DisposeAsync();
    }

    private static async Task CheckAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        var found = result.Violations
            .SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}"));
        Assert.True(!found.Any(), string.Join(Environment.NewLine, found));
    }
}
