using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>From nobody to two people: the first account, a second one, what each sees, and being locked out in the middle of it.</summary>
public sealed class PeopleJourneyTests(BrowserFixture browsers) : IClassFixture<BrowserFixture>
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task FirstAccount_ThenASecondPerson_WhoSeesNothingOfTheFirst_AndIsLockedOutWhereTheyStand()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 6 * 7", Title = "Plum" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var ada = await browsers.OpenPageAsync();
        await BeginAsync(ada, program);
        await Expect(ada.Locator(".account-name")).ToContainTextAsync("Ada");

        await Expect(ada.Locator("[data-alive]")).ToBeVisibleAsync();
        await ada.Locator("input[name=new-user]").FillAsync("bea");
        await ada.Locator("input[name=new-password]").FillAsync(Password);
        await ada.Locator("[data-action=add-person]").ClickAsync();
        await Expect(ada.Locator("[data-user=bea]")).ToBeVisibleAsync();
        await CheckAsync(ada, "people");
        await ada.Locator("nav a[href=tasks]").First.ClickAsync();
        await Expect(ada.Locator(".task-title", new() { HasText = "Plum" })).ToBeVisibleAsync();

        var bea = await browsers.OpenPageAsync();
        await bea.GotoAsync(program.Address + $"chat?taskId={task.Id}");
        await Expect(bea).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/login"));
        await CheckAsync(bea, "sign in");
        await bea.Locator("input[name=userName]").FillAsync("bea");
        await bea.Locator("input[name=password]").FillAsync("wrong password");
        await bea.Locator("button[type=submit]").ClickAsync();
        await Expect(bea.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await bea.Locator("input[name=userName]").FillAsync("bea");
        await bea.Locator("input[name=password]").FillAsync(Password);
        await bea.Locator("button[type=submit]").ClickAsync();
        await Expect(bea.GetByText("calculate 6 * 7")).ToHaveCountAsync(0);
        await bea.GotoAsync(program.Address + "tasks");
        await Expect(bea.Locator(".account-name")).ToContainTextAsync("bea");
        await Expect(bea.Locator(".task-row")).ToHaveCountAsync(0);
        await bea.GotoAsync(program.Address + "agents");
        await Expect(bea.Locator(".agent-card").First).ToBeVisibleAsync();
        await Expect(bea.Locator("[data-action=new-agent]")).ToHaveCountAsync(0);
        await Expect(bea.Locator("[data-alive]")).ToBeVisibleAsync();

        // What is shared is there, live, and gone when it is taken back.
        await ada.GotoAsync(program.Address + $"chat?taskId={task.Id}");
        await Expect(ada.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await ada.Locator("[data-action=share]").ClickAsync();
        await ada.GetByTestId("shares").Locator("[data-user=bea] select").SelectOptionAsync("read");
        await bea.GotoAsync(program.Address + $"chat?taskId={task.Id}");
        await Expect(bea.GetByTestId("read-only")).ToBeVisibleAsync();
        await Expect(bea.Locator("textarea")).ToHaveCountAsync(0);
        await bea.GotoAsync(program.Address + "tasks");
        await Expect(bea.Locator(".task-title", new() { HasText = "Plum" })).ToBeVisibleAsync();
        await Expect(bea.Locator(".task-row [data-action=delete]")).ToHaveCountAsync(0);
        await ada.GetByTestId("shares").Locator("[data-user=bea] select").SelectOptionAsync("write");
        await bea.GotoAsync(program.Address + $"chat?taskId={task.Id}");
        await bea.Locator("textarea[data-attached]").FillAsync("calculate 2 + 3");
        await bea.Locator("textarea[data-attached]").PressAsync("Enter");
        await Expect(bea.Locator("[data-kind=agent]", new() { HasText = "5" }).First).ToBeVisibleAsync();
        await Expect(ada.Locator("[data-kind=user]", new() { HasText = "calculate 2 + 3" })).ToBeVisibleAsync();
        await ada.GetByTestId("shares").Locator("[data-user=bea] select").SelectOptionAsync("none");
        await Eventually.TrueAsync(() => program.Services.GetRequiredService<ChatAccess>().SharesOf(task.ChatId).Count == 0);
        await ada.Keyboard.PressAsync("Escape");
        await bea.ReloadAsync();
        await Expect(bea.GetByText("calculate 6 * 7")).ToHaveCountAsync(0);

        await ada.Locator(".account-name").ClickAsync();
        await ada.Locator("[data-user=bea] [data-action=toggle-person]").ClickAsync();
        await Expect(bea).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/login"));
        await ada.Context.DisposeAsync();
        await bea.Context.DisposeAsync();
    }

    [Fact]
    public async Task Link_IsReadByAStranger_Live_UntilItIsTakenBack()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 6 * 7", Title = "Plum" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var ada = await browsers.OpenPageAsync();
        await BeginAsync(ada, program);
        await ada.GotoAsync(program.Address + $"chat?taskId={task.Id}");
        await Expect(ada.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await ada.Locator("[data-action=share]").ClickAsync();
        await ada.Locator("[data-action=create-link]").ClickAsync();
        var address = await ada.GetByTestId("new-link").InnerTextAsync();

        var stranger = await browsers.OpenPageAsync();
        await stranger.GotoAsync(address);
        await Expect(stranger.Locator("[data-kind=agent]", new() { HasText = "42" })).ToBeVisibleAsync();
        await stranger.Locator("[data-kind=tool] summary").First.ClickAsync();
        await CheckAsync(stranger, "linked chat");

        await program.Tasks.SendMessageAsync(task.Id, new SendMessage("calculate 2 + 3"));
        await Expect(stranger.Locator("[data-kind=user]", new() { HasText = "calculate 2 + 3" })).ToBeVisibleAsync();
        await program.WaitForAsync(task.Id, row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);
        await Expect(stranger.Locator("[data-kind=agent]", new() { HasText = "5" })).ToBeVisibleAsync();
        await Expect(stranger.Locator("[data-kind=tool][open]")).ToHaveCountAsync(1);

        await ada.Locator("[data-action=revoke-link]").ClickAsync();
        await Expect(stranger.Locator(".linked-nowhere")).ToBeVisibleAsync();
        await ada.GotoAsync(program.Address + "audit");
        await Expect(ada.Locator("[data-action-done=link_revoked]")).ToBeVisibleAsync();
        await CheckAsync(ada, "audit");
        await ada.Context.DisposeAsync();
        await stranger.Context.DisposeAsync();
    }

    /// <summary>The person at this machine gets the first account.</summary>
    private static async Task BeginAsync(IPage page, DashboardApplication program)
    {
        await page.GotoAsync(program.Address + "people");
        await Expect(page.Locator("[data-alive]")).ToBeVisibleAsync();
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await page.Locator("input[name=userName]").FillAsync("ada");
        await page.Locator("input[name=name]").FillAsync("Ada");
        await page.Locator("input[name=password]").FillAsync(Password);
        await page.Locator("[data-action=first-account]").ClickAsync();
        await Expect(page.GetByTestId("people").Locator(".person")).ToHaveCountAsync(1);
    }

    private static async Task CheckAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        var found = result.Violations
            .SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}"));
        Assert.True(!found.Any(), string.Join(Environment.NewLine, found));
    }
}
