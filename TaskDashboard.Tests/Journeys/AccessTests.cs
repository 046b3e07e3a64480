using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>What axe finds on the pages that show the engine at work, in both themes and on both kinds of screens.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AccessTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task PagesOfWhatWaitsForPeopleAndWhatWasDone_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        foreach (var order in new[] { "run ls -la", "ask me which (a or b)" }) await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = order });
        var done = (await program.Tasks.CreateAsync(new CreateTask
        {
            AgentId = program.AgentId,
            Message = "write one to a.txt, then replace \"one\" with \"two\" in a.txt, then plan: read, write, rest, then list files, then run echo hello",
        })).Task;
        await program.WaitForAsync(done.Id, AgentTaskStatus.Waiting);
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });

        await page.GotoAsync(program.Address + "approvals");
        await Expect(page.Locator("[data-keys=ready] .request.open")).ToHaveCountAsync(3);
        await CheckAsync(page, "approvals");
        await page.Locator("[data-answer=always]").First.ClickAsync();
        await page.Locator("[data-answer=deny]").Last.ClickAsync();
        await Expect(page.Locator("[data-deny-note]")).ToBeFocusedAsync();
        await CheckAsync(page, "approvals with a rule and a note");
        await page.Locator("[data-answer=allow-rule]").ClickAsync();
        await Expect(page.GetByTestId("approval-rules")).ToBeVisibleAsync();
        await page.Locator("[data-answer=deny-now]").ClickAsync();
        await Expect(page.Locator(".recent-request")).ToHaveCountAsync(2);
        await CheckAsync(page, "approvals with rules and what was answered");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));

        await program.WaitForAsync(done.Id, AgentTaskStatus.Completed);
        await page.GotoAsync($"{program.Address}chat?taskId={done.Id}");
        await Expect(page.Locator("[data-kind=request]")).ToBeVisibleAsync();
        foreach (var summary in await page.Locator(".step-group > summary").AllAsync()) await summary.ClickAsync();
        foreach (var summary in await page.Locator(".tool-call > summary").AllAsync()) await summary.ClickAsync();
        await Expect(page.Locator(".diff").First).ToBeVisibleAsync();
        await CheckAsync(page, "chat with results");
        await page.GotoAsync(program.Address + "agents");
        await Expect(page.Locator("[data-policy-mode]").First).ToBeVisibleAsync();
        await CheckAsync(page, "agents");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task AChatWithSeveralTasks_AndTheListOfChats_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var primary = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 6*7" })).Task;
        await program.WaitForAsync(primary.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync($"{program.Address}chat?chatId={primary.ChatId}");
        await Eventually.TrueAsync(async () => (await program.Client.GetStringAsync($"api/chats/{primary.ChatId}")).Contains("\"unread_count\":0", StringComparison.Ordinal));
        await page.GotoAsync(program.Address + "tasks");
        foreach (var order in new[] { "calculate 1+1", "ask me which (a or b)" })
        {
            var further = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = order, ChatId = primary.ChatId })).Task;
            await program.WaitForAsync(further.Id, task => task.Status is AgentTaskStatus.Completed or AgentTaskStatus.Waiting);
        }

        using var ann = program.Services.GetRequiredService<ChatViewers>().Join(primary.ChatId, new Caller("user_ann", "Ann Lee", PersonRole.Member));
        await page.GotoAsync($"{program.Address}chat?chatId={primary.ChatId}");
        await Expect(page.Locator("[data-kind=task-group]")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("since-you-left")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("presence")).ToBeVisibleAsync();
        await page.Locator("[data-kind=task-group] > summary").First.ClickAsync();
        await CheckAsync(page, "chat with several tasks");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        if (await page.GetByTestId("show-chats").IsVisibleAsync()) await page.GetByTestId("show-chats").ClickAsync();
        await Expect(page.Locator(".chats-row")).ToHaveCountAsync(1);
        await CheckAsync(page, "list of chats");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task PagesOfATreeAtWorkAndStopped_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        var never = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(
            model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], never.Task, token)), settings: ("Limits:MaxConcurrentRuns", "2"));
        var root = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Root" })).Task;
        await program.WaitForAsync(root.Id, AgentTaskStatus.Running);
        await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Child", ParentTaskId = root.Id });
        await program.Tasks.SendMessageAsync(root.Id, new SendMessage("One"));
        await program.Tasks.SendMessageAsync(root.Id, new SendMessage("Two", MessageMode.Steer));
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });

        await page.GotoAsync($"{program.Address}chat?taskId={root.Id}");
        await Expect(page.Locator(".queued-text")).ToHaveCountAsync(2);
        await Expect(page.Locator(".subtasks")).ToBeVisibleAsync();
        if (await page.Locator(".subtasks-toggle[aria-controls=subtask-list]").IsVisibleAsync()) await page.Locator(".subtasks-toggle[aria-controls=subtask-list]").ClickAsync();
        await CheckAsync(page, "chat at work");
        await page.Locator(".queued-text").First.ClickAsync();
        await Expect(page.GetByTestId("queued-editor")).ToBeFocusedAsync();
        await CheckAsync(page, "chat while a message is changed");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("header [data-action=stop]").ClickAsync();
        await page.Locator(".stop-receipt summary").ClickAsync();
        await Expect(page.Locator(".receipt-table")).ToBeVisibleAsync();
        await CheckAsync(page, "chat stopped");

        await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Delayed", DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });
        await page.GotoAsync(program.Address + "tasks");
        await Expect(page.Locator(".reason-line due-time")).ToContainTextAsync("in ");
        await CheckAsync(page, "tasks");
        await page.GetByRole(AriaRole.Button, new() { Name = "New Task" }).ClickAsync();
        await page.Locator(".more-fields summary").ClickAsync();
        await Expect(page.Locator("input[name=not-before]")).ToBeVisibleAsync();
        await CheckAsync(page, "new task");
        await page.Keyboard.PressAsync("Escape");

        await page.GotoAsync(program.Address + "self-check");
        await page.Locator("[data-action=check-now]").ClickAsync();
        await Expect(page.Locator(".check[data-status=ok]").First).ToBeVisibleAsync();
        await CheckAsync(page, "self-check");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task PagesOfTemplates_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        await program.Services.GetRequiredService<TemplateService>().CreateAsync(new TemplateDefinition
        {
            Name = "Lines",
            Description = "Writes a few lines.",
            Message = "Write {{count}} {{style}} lines to {{whom}}",
            AgentId = program.AgentId,
            Parameters =
            [
                new() { Name = "count", Type = ParameterType.Integer, Required = true, Label = "How many", Description = "Up to ten.", Max = 10 },
                new() { Name = "style", Type = ParameterType.Choice, Required = true, Options = ["plain", "rich"] },
                new() { Name = "whom" }, new() { Name = "bold", Type = ParameterType.Boolean },
            ],
        });
        await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 1 + 1" });
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(program.Address + "templates");
        await page.Locator("[data-action=run-template]").ClickAsync();
        await Expect(page.GetByTestId("template-preview")).ToBeVisibleAsync();
        await CheckAsync(page, "new task by a template");
        await page.Locator("[data-action=start]").ClickAsync();
        await Expect(page.Locator(".argument .field-error")).ToHaveCountAsync(2);
        await CheckAsync(page, "new task by a template with what is missing");
        await page.Keyboard.PressAsync("Escape");
        await CheckAsync(page, "templates");
        await page.Locator("[data-action=edit-template]").ClickAsync();
        await Expect(page.Locator(".parameter")).ToHaveCountAsync(4);
        await CheckAsync(page, "editor of a template");
        await page.Keyboard.PressAsync("Escape");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task PagesOfAgents_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });

        await page.GotoAsync($"{program.Address}agents/{program.AgentId}");
        await Expect(page.Locator("[data-keys=ready]")).ToBeVisibleAsync();
        await page.Locator("[data-action=add-server]").ClickAsync();
        await page.Locator("[data-action=add-secret]").ClickAsync();
        await page.Locator("[name=skills][value=some]").CheckAsync();
        await page.Locator("[name=max-cost]").FillAsync("0.5");
        await Expect(page.GetByTestId("no-price")).ToBeVisibleAsync();
        await page.Locator("[data-action=save]").ClickAsync();
        await Expect(page.GetByTestId("save-problem")).ToBeVisibleAsync();
        await CheckAsync(page, "an agent that does not fit");
        await page.Locator(".mcp-form .icon-button[title^=Remove]").First.ClickAsync();
        await page.Locator("[name=trial-message]").FillAsync("ask me which (a or b)");
        await page.Locator("[data-action=try]").ClickAsync();
        await Expect(page.Locator(".agent-trial .request.open")).ToBeVisibleAsync();
        await CheckAsync(page, "an agent that is tried");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));

        await page.GotoAsync($"{program.Address}agents");
        await Expect(page.Locator("[data-alive]")).ToBeVisibleAsync();
        await page.Locator("[data-agent-id] [data-action=more]").First.ClickAsync();
        await Expect(page.Locator(".menu [data-action=delete]")).ToBeVisibleAsync();
        await CheckAsync(page, "agents with a menu");
        await page.Locator(".menu [data-action=delete]").ClickAsync();
        await Expect(page.GetByTestId("live-tasks")).ToBeVisibleAsync();
        await CheckAsync(page, "agents before one is deleted");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task PagesOfRuns_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(FailingRun.Play, settings: FailingRun.Limit);
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Report" })).Task;
        task = await program.WaitForAsync(task.Id, AgentTaskStatus.Failed);
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });

        await page.GotoAsync($"{program.Address}runs/{task.RunId}");
        await Expect(page.Locator("[data-alive] button.span-row:not([data-kind=wait])")).ToHaveCountAsync(12);
        await page.Locator("input[name=tree]").CheckAsync();
        await Expect(page.Locator("[data-critical=true]").First).ToBeVisibleAsync();
        await CheckAsync(page, "a run that failed");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await page.Locator("button.span-row", new() { HasText = "Step 6," }).ClickAsync();
        await Expect(page.GetByTestId("exchange")).ToBeVisibleAsync();
        await CheckAsync(page, "a step in full");
        await page.Locator("[data-side=compare]").ClickAsync();
        await page.Locator("[name=compare-with]").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Expect(page.GetByTestId("prompt-diff")).ToBeVisibleAsync();
        await CheckAsync(page, "two prompts compared");

        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await page.Locator("[data-action=toggle-run]").ClickAsync();
        await Expect(page.Locator(".run-panel button.span-row:not([data-kind=wait])")).ToHaveCountAsync(12);
        await CheckAsync(page, "chat with the timeline of its run");
        await page.Context.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task ThePaletteAndTheKeys_HaveNothingThatAxeFinds(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        foreach (var order in new[] { "calculate 6*7", "ask me which (a or b)" }) await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = order });
        var open = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "calculate 1+1" })).Task;
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync($"{program.Address}chat?taskId={open.Id}");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("#palette [data-group=verbs] [role=option]").First).ToBeVisibleAsync();
        await Expect(page.Locator("#palette [data-group=tasks] [role=option]")).ToHaveCountAsync(3);
        await CheckAsync(page, "palette");
        await page.Keyboard.TypeAsync("nothing of that name");
        await Expect(page.Locator("#palette .palette-note")).ToHaveTextAsync("Nothing found");
        await CheckAsync(page, "palette that finds nothing");
        await page.Keyboard.PressAsync("Escape");

        if (width < 768)
        {
            await page.GetByTestId("rail-more").ClickAsync();
            await CheckAsync(page, "more of the bottom bar");
            await page.Keyboard.PressAsync("Escape");
        }

        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("keyboard shortcuts");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await CheckAsync(page, "keys");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await page.Context.DisposeAsync();
    }

    private static async Task CheckAsync(IPage page, string where)
    {
        // Somebody looks at a page that is there: its own title comes a moment after it is drawn.
        await Expect(page).ToHaveTitleAsync(new Regex(@"\S"));
        var result = await page.RunAxe();
        var found = result.Violations
            .SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}"));
        Assert.True(!found.Any(), string.Join(Environment.NewLine, found));
    }
}
