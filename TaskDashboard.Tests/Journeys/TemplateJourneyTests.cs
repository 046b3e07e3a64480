using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>A task that becomes a template, in the browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TemplateJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Task_BecomesATemplate_IsRunWithValues_AndAScheduleStaysAtItsVersion()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 6 * 7" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("42");
        await page.Locator(".chat-header [aria-haspopup=menu]").ClickAsync();
        await page.Locator("[data-action=save-as-template]").ClickAsync();
        await Expect(page.Locator("[name=template-message]")).ToHaveValueAsync("calculate 6 * 7");
        await page.Locator("[name=template-name]").FillAsync("Sums");
        await page.Locator("[name=template-message]").FillAsync("calculate {{number}} {{sign}} 7");
        await page.Locator("[data-add=number]").ClickAsync();
        await page.Locator("[data-parameter='0'] [name=parameter-type]").SelectOptionAsync("Integer");
        await page.Locator("[data-parameter='0'] [name=parameter-max]").FillAsync("10");
        await page.Locator("[data-add=sign]").ClickAsync();
        await page.Locator("[data-parameter='1'] [name=parameter-type]").SelectOptionAsync("Choice");
        await page.Locator("[data-parameter='1'] [name=parameter-options]").FillAsync("+\n*");
        await page.Locator("[data-action=save-template]").ClickAsync();
        await Expect(page.Locator(".template-form")).ToHaveCountAsync(0);

        await page.Locator("nav a[href=tasks]").First.ClickAsync();
        await page.Locator(".page-head .button.primary").ClickAsync();
        await page.Locator("select[name=template]").SelectOptionAsync(new Microsoft.Playwright.SelectOptionValue { Label = "Sums" });
        await page.Locator("[name=argument-number]").FillAsync("11");
        await page.Locator("[name=argument-sign]").SelectOptionAsync("+");
        await page.Locator("[data-action=start-and-open]").ClickAsync();
        await Expect(page.Locator(".argument .field-error")).ToContainTextAsync("a whole number of at most 10");
        await page.Locator("[name=argument-number]").FillAsync("8");
        await Expect(page.GetByTestId("template-preview")).ToHaveTextAsync("calculate 8 + 7");
        await page.Locator("[data-action=start-and-open]").ClickAsync();
        await Expect(page.Locator("[data-kind=user]")).ToContainTextAsync("calculate 8 + 7");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("15");

        await page.Locator("nav a[href=schedules]").First.ClickAsync();
        await page.Locator("[data-action=new-trigger]").ClickAsync();
        await page.Locator("select[name=template]").SelectOptionAsync(new Microsoft.Playwright.SelectOptionValue { Label = "Sums" });
        await page.Locator("select[name=template-version]").SelectOptionAsync("1");
        await page.Locator("[name=argument-number]").FillAsync("9");
        await page.Locator("[data-action=save-trigger]").ClickAsync();
        await Expect(page.Locator(".argument .field-error")).ToContainTextAsync("sign is missing");
        await page.Locator("[name=argument-sign]").SelectOptionAsync("*");
        await page.Locator("[data-action=save-trigger]").ClickAsync();
        var card = page.Locator(".trigger-card", new() { HasText = "Sums" });
        await Expect(card.GetByTestId("trigger-template")).ToHaveTextAsync("By Sums, version 1");

        await page.GotoAsync(program.Address + "templates");
        await Expect(page.GetByTestId("template-users")).ToHaveTextAsync("Used by 1 schedule");
        await page.Locator("[data-action=edit-template]").ClickAsync();
        await page.Locator("[name=template-message]").FillAsync("calculate {{number}} {{sign}} 1000");
        await page.Locator("[data-action=save-template]").ClickAsync();
        await Expect(page.GetByTestId("template-version")).ToHaveTextAsync("Version 2");

        await page.Locator("nav a[href=schedules]").First.ClickAsync();
        await card.Locator("[data-action=run-now]").ClickAsync();
        var trigger = Assert.Single(program.Services.GetRequiredService<TriggerService>().List());
        await program.WaitForAsync(trigger.TaskId, AgentTaskStatus.Completed);
        await page.GotoAsync($"{program.Address}chat?taskId={trigger.TaskId}");
        await Expect(page.Locator("[data-kind=user]")).ToContainTextAsync("calculate 9 * 7");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("63");
        await page.Context.DisposeAsync();
    }
}
