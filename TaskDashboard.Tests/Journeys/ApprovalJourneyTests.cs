using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>
/// An agent that acts, with the built-in model and the program's own tools: it asks before it runs a command, nobody looks, somebody else answers
/// elsewhere, and what it changed is shown line by line.
/// </summary>
[Collection(BrowserCollection.Name)]
public sealed class ApprovalJourneyTests(BrowserFixture browsers) : IDisposable
{
    private const string Order = "run the tests in demo, then fix the failing line, then run the tests again";

    private readonly string project = Directory.CreateTempSubdirectory("taskdashboard-project-").FullName;

    public void Dispose() => Directory.Delete(project, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CommandIsApprovedInASecondBrowser_TheFixIsShownAsADiff_AndTheTaskCompletes(bool restarted)
    {
        MakeProject();
        var program = await DashboardApplication.StartAsync(realModels: true);
        try
        {
            var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = Order, WorkDir = project })).Task;
            var first = await browsers.OpenPageAsync();
            await first.GotoAsync($"{program.Address}chat?taskId={task.Id}");
            await Expect(first.Locator(".request.open .request-code")).ToHaveTextAsync("cd demo && sh test.sh");
            await Expect(first.GetByTestId("approval-badge")).ToContainTextAsync("1");
            await first.Context.DisposeAsync();

            if (restarted)
            {
                await program.StopAsync();
                program = await DashboardApplication.StartAsync(directory: program.DataDirectory, realModels: true);
                Assert.Equal(AgentTaskStatus.Waiting, (await program.Reader.FindAsync(task.Id))!.Status);
            }

            // Somebody else, who has never seen the chat; the rule spares the second question.
            var second = await browsers.OpenPageAsync();
            await second.GotoAsync(program.Address + "approvals");
            await Expect(second.Locator(".approval-list .request")).ToHaveCountAsync(1);
            await Expect(second.Locator("[data-keys=ready]")).ToBeVisibleAsync();
            await second.Keyboard.PressAsync("j");
            await Expect(second.Locator(".approval-list .request")).ToBeFocusedAsync();
            await second.Keyboard.PressAsync("t");
            await Expect(second.GetByText("All answered")).ToBeVisibleAsync();
            await Expect(second.GetByTestId("approval-rules")).ToContainTextAsync("cd demo && sh test.sh");
            await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
            await second.Context.DisposeAsync();

            var back = await browsers.OpenPageAsync();
            await back.GotoAsync($"{program.Address}chat?taskId={task.Id}");
            await Expect(back.Locator("[data-resolved=allow]")).ToContainTextAsync("Allowed by you");
            await ShowStepsAsync(back);
            await back.Locator(".tool-call", new() { HasText = "Edit demo/greeting.txt" }).Locator("summary").First.ClickAsync();
            await Expect(back.Locator(".diff-removed .diff-text")).ToHaveTextAsync("Hello, Wrold");
            await Expect(back.Locator(".diff-added .diff-text")).ToHaveTextAsync("Hello, World");
            await Expect(back.Locator("[data-kind=agent]").Last).ToContainTextAsync("The tests pass");
            Assert.Equal("Hello, World\n", await File.ReadAllTextAsync(Path.Combine(project, "demo", "greeting.txt")));
            await back.Context.DisposeAsync();
        }
        finally
        {
            await program.DisposeAsync();
        }
    }

    [Fact]
    public async Task TwoQuestions_AnsweredInSwappedOrderAfterAReload_ReachTheirOwnCalls()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat");
        await SendAsync(page, "in parallel: ask me which colour and ask me which size");
        await Expect(page.Locator(".request.open")).ToHaveCountAsync(2);
        await page.ReloadAsync();
        await Expect(page.Locator(".request.open")).ToHaveCountAsync(2);

        await AnswerAsync(page, "which size", "large");
        await Expect(page.Locator(".request.open")).ToHaveCountAsync(1);
        await AnswerAsync(page, "which colour", "red");

        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("red");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("large");
        var said = await page.Locator("[data-kind=agent]").Last.InnerTextAsync();
        Assert.True(said.IndexOf("red", StringComparison.Ordinal) < said.IndexOf("large", StringComparison.Ordinal), said);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Denial_CarriesANoteThatTheAgentReads_AndEditedArgumentsAreThoseOfTheCall()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat");
        await SendAsync(page, "run echo one");
        await page.Locator("[data-answer=deny]").ClickAsync();
        await page.Locator("[data-deny-note]").FillAsync("Not today.");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("Not today.");
        await Expect(page.Locator("[data-resolved=deny]")).ToContainTextAsync("Denied by you");

        await SendAsync(page, "run echo two");
        await page.Locator("[data-answer=edit]").ClickAsync();
        await page.Locator("[data-argument=command]").FillAsync("echo three");
        await page.Locator("[data-answer=allow-edited]").ClickAsync();

        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("three");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Table_OffersTheAnswerInTheRow()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "ask me which file (a.md, b.md or c.md)" })).Task;
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "tasks");
        await page.Locator($"[data-task-id='{task.Id}'] [data-action=answer]").ClickAsync();
        await page.Locator(".dialog-requests [data-option='2']").ClickAsync();

        await Expect(page.Locator(".dialog-requests")).ToHaveCountAsync(0);
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await page.Context.DisposeAsync();
    }

    private void MakeProject()
    {
        var demo = Directory.CreateDirectory(Path.Combine(project, "demo")).FullName;
        File.WriteAllText(Path.Combine(demo, "greeting.txt"), "Hello, Wrold\n");
        File.WriteAllText(Path.Combine(demo, "test.sh"), """
            found=$(cat greeting.txt)
            [ "$found" = "Hello, World" ] && echo passed && exit 0
            echo "greeting.txt:1: expected \"Hello, World\" but found \"$found\""
            exit 1
            """.ReplaceLineEndings("\n"));
    }

    private static async Task SendAsync(IPage page, string text)
    {
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await page.GetByTestId("composer").FillAsync(text);
        await page.GetByTestId("composer").PressAsync("Enter");
        await Expect(page.GetByTestId("composer")).ToHaveValueAsync("");
    }

    /// <summary>Opens what is folded.</summary>
    private static async Task ShowStepsAsync(IPage page)
    {
        foreach (var group in await page.Locator(".step-group > summary").AllAsync()) await group.ClickAsync();
    }

    private static async Task AnswerAsync(IPage page, string question, string answer)
    {
        var card = page.Locator(".request.open", new() { HasText = question });
        await card.Locator("[data-reply]").FillAsync(answer);
        await card.Locator("[data-answer=send]").ClickAsync();
    }
}
