using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>What a person does, in a real browser, against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TaskJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Create_CloseThePageMidStream_ComeBack_FindsTheWholeAnswerOnce()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model.Then((_, _, token) => SayAround(gate.Task, token)));
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat");

        // A fill is no typing: it would go into the box that is just being replaced.
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await page.GetByTestId("composer").FillAsync("Tell me a story");
        await page.GetByTestId("composer").PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex("taskId=task_"));
        await Expect(page.Locator("[data-kind=agent]")).ToContainTextAsync("Once upon a time");
        var address = page.Url;
        var taskId = Regex.Match(address, "task_[0-9a-f]{32}").Value;
        await page.CloseAsync();

        Assert.Equal(AgentTaskStatus.Running, (await program.Reader.FindAsync(taskId))!.Status);
        gate.SetResult();
        await program.WaitForAsync(taskId, AgentTaskStatus.Completed);

        var back = await browsers.OpenPageAsync();
        await back.GotoAsync(address);
        var whole = back.Locator("[data-kind=agent]");
        await Expect(whole).ToHaveTextAsync("Once upon a time there was a task. The end.");
        await Expect(whole).ToHaveCountAsync(1);
        await Expect(back.Locator("[data-kind=user]")).ToHaveTextAsync("Tell me a story");
        await Expect(back.Locator("[data-kind=user]")).ToHaveCountAsync(1);
        await back.Context.DisposeAsync();
    }

    [Fact]
    public async Task TwoBrowsers_SeeBadgeAndRowChange_WithoutAskingForThem()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model
            .Then((_, _, _) => ScriptedModelProvider.Say("Done"))
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], gate.Task, token)));
        var before = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "So that there is a table" })).Task;
        await program.WaitForAsync(before.Id, AgentTaskStatus.Completed);
        var first = await OpenTasksAsync(program);
        var second = await OpenTasksAsync(program);
        var requests = new System.Collections.Concurrent.ConcurrentQueue<string>();
        first.Request += Note;
        second.Request += Note;

        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Work for a while" })).Task;
        foreach (var page in new[] { first, second })
        {
            await Expect(page.GetByTestId("running-badge").First).ToContainTextAsync("1");
            await Expect(page).ToHaveTitleAsync(new Regex(@"^\(1\)"));
        }

        gate.SetResult();
        foreach (var page in new[] { first, second })
        {
            await Expect(Row(page, task.Id)).ToHaveAttributeAsync("data-status", "completed");
            await Expect(page.GetByTestId("running-badge")).ToHaveCountAsync(0);
            await Expect(page).Not.ToHaveTitleAsync(new Regex(@"^\("));
        }

        // All of it came over the two sockets that were open already.
        Assert.Empty(requests);
        await first.Context.DisposeAsync();
        await second.Context.DisposeAsync();

        // The page's own scripts may still be on their way; they ask for nothing.
        void Note(object? sender, IRequest request)
        {
            if (request.ResourceType != "script") requests.Enqueue(request.Url);
        }
    }

    [Fact]
    public async Task Table_StopsARunningTask_AndDeletesItForGood()
    {
        var never = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Forever"], never.Task, token)));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Never end" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Running);
        var page = await OpenTasksAsync(program);
        var row = Row(page, task.Id);
        await Expect(row).ToHaveAttributeAsync("data-status", "running");

        await row.HoverAsync();
        await row.Locator("[data-action=stop]").ClickAsync();
        await Expect(row).ToHaveAttributeAsync("data-status", "cancelled");
        Assert.Equal(AgentTaskStatus.Cancelled, (await program.Reader.FindAsync(task.Id))!.Status);

        await row.HoverAsync();
        await row.Locator("[data-action=delete]").ClickAsync();
        await Expect(row).ToBeHiddenAsync();
        await Expect(page.GetByTestId("deletion-notice")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("deletion-notice")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Eventually.TrueAsync(async () => await program.Reader.FindAsync(task.Id) is null);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Chat_ContinuesAFinishedTask_WithAMessage()
    {
        await using var program = await DashboardApplication.StartAsync(model => model
            .Then((_, _, _) => ScriptedModelProvider.Say("**First** answer"))
            .Then((_, _, _) => ScriptedModelProvider.Say("Second answer")));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Begin" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await Expect(page.Locator("[data-kind=agent] strong")).ToHaveTextAsync("First");

        await page.GetByTestId("composer").FillAsync("Go on");
        await page.GetByTestId("composer").PressAsync("Enter");

        await Expect(page.Locator("[data-kind=agent]").Nth(1)).ToHaveTextAsync("Second answer");
        await Expect(page.Locator("[data-kind=user]")).ToHaveTextAsync(["Begin", "Go on"]);
        await Expect(page.GetByTestId("composer")).ToHaveValueAsync("");
        var messages = await program.Reader.ListMessagesAsync(task.Id, 0, 10);
        Assert.Equal([EntryRole.User, EntryRole.Assistant, EntryRole.User, EntryRole.Assistant], messages.Select(message => message.Role));
        await page.Context.DisposeAsync();
    }

    private async Task<IPage> OpenTasksAsync(DashboardApplication program)
    {
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "tasks");
        await page.WaitForFunctionAsync("() => document.readyState === 'complete' && window.Blazor !== undefined");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".task-table[data-keys]")).ToBeAttachedAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return page;
    }

    private static ILocator Row(IPage page, string taskId) => page.Locator($".task-row[data-task-id='{taskId}']");

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> SayAround(
        Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ScriptedModelProvider.Text("Once upon a time ");
        await gate.WaitAsync(cancellationToken);
        yield return ScriptedModelProvider.Text("there was a task. ");
        yield return ScriptedModelProvider.Text("The end.");
    }
}
