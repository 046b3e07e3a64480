using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Many tasks in the table: choosing, stopping and deleting several, the keys, the address. Nothing runs: the only slot is held by the first task.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TaskListJourneyTests(BrowserFixture browsers) : IAsyncLifetime
{
    private const int Pending = 130;

    private readonly TaskCompletionSource gate = new();
    private readonly List<string> ids = [];
    private DashboardApplication program = null!;
    private IPage page = null!;

    public async Task InitializeAsync()
    {
        program = await DashboardApplication.StartAsync(
            model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], gate.Task, token)), time: new LongUndo(), settings: ("Limits:MaxConcurrentRuns", "1"));
        for (var number = 0; number <= Pending; number++)
        {
            var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = $"Task {number:000}" })).Task;
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
    public async Task SelectAllMatching_IsStoppedInTheBackground_ButWhatWasLetGo()
    {
        await OpenAsync("tasks?status=pending&sort=-created_at");
        await Box(ids[^1]).ClickAsync();
        await page.Locator("[data-action=select-all]").ClickAsync();
        await Expect(page.GetByTestId("selection-count")).ToHaveTextAsync($"{Pending} tasks selected");
        await Box(ids[^2]).ClickAsync();
        await Expect(page.GetByTestId("selection-count")).ToHaveTextAsync($"{Pending - 1} tasks selected");

        await page.Locator("[data-action=bulk-cancel]").ClickAsync();
        await Expect(page.GetByTestId("bulk-reach")).ToContainTextAsync($"{Pending - 1} tasks have not ended");
        await page.Locator("[data-action=confirm-bulk]").ClickAsync();

        await Expect(page.GetByTestId("selection-bar")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("bulk-notice")).ToContainTextAsync($"Tasks stopped: {Pending - 1}.", new() { Timeout = 60_000 });
        Assert.Equal(AgentTaskStatus.Pending, (await program.Reader.FindAsync(ids[^2]))!.Status);
        Assert.Equal((Pending - 1, 1, 1), (program.Reader.Counts.ByStatus[AgentTaskStatus.Cancelled], program.Reader.Counts.ByStatus[AgentTaskStatus.Pending], program.Reader.Counts.Running));
    }

    [Fact]
    public async Task ARange_IsDeletedAtOnce_AndUndoBringsItBack_AlsoOnAnotherPage()
    {
        await OpenAsync("tasks?status=pending&sort=-created_at");
        await Box(ids[^1]).ClickAsync();
        await Box(ids[^5]).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.GetByTestId("selection-count")).ToHaveTextAsync("5 tasks selected");
        await page.Keyboard.PressAsync("Delete");
        await page.Locator("[data-action=confirm-bulk]").ClickAsync();

        await Expect(Row(ids[^1])).ToHaveCountAsync(0);
        await Expect(Row(ids[^6])).ToBeVisibleAsync();
        await page.Locator("[data-action=undo-bulk]").ClickAsync();

        await Expect(Row(ids[^1])).ToBeVisibleAsync();
        await Expect(page.GetByTestId("bulk-notice")).ToHaveCountAsync(0);
        Assert.Equal(Pending, program.Reader.Counts.ByStatus[AgentTaskStatus.Pending]);
    }

    [Fact]
    public async Task TheList_IsUsedByKeysAlone_AndItsAddressSurvivesAReload()
    {
        await OpenAsync("tasks?status=pending&sort=-created_at&date=7d&model=scripted%2Fmodel");
        await Expect(page.GetByTestId("date-filter")).ToHaveValueAsync("7d");
        await page.Keyboard.PressAsync("j");
        await Expect(Title(ids[^1])).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await Expect(Box(ids[^2])).ToHaveAttributeAsync("aria-checked", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Shift+X");
        await Expect(page.GetByTestId("selection-count")).ToHaveTextAsync("3 tasks selected");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("selection-bar")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByTestId("task-peek")).ToHaveAttributeAsync("data-peek-id", ids[^4]);
        await page.Keyboard.PressAsync("k");
        await Expect(page.GetByTestId("task-peek")).ToHaveAttributeAsync("data-peek-id", ids[^3]);
        await Expect(page).ToHaveURLAsync(new Regex($"peek={ids[^3]}"));
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("task-peek")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync(".");
        await Expect(page.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");

        // Letters that somebody types are theirs.
        await page.GetByTestId("task-search").FillAsync("");
        await page.GetByTestId("task-search").PressSequentiallyAsync("jxj");
        await Expect(page).ToHaveURLAsync(new Regex("q=jxj"));
        await Expect(page.GetByTestId("selection-bar")).ToHaveCountAsync(0);

        await page.GetByTestId("task-search").FillAsync("Task 0");
        await Expect(page).ToHaveURLAsync(new Regex("q=Task"));
        await page.ReloadAsync();
        await Expect(page.GetByTestId("task-search")).ToHaveValueAsync("Task 0");
        await Expect(page.GetByTestId("date-filter")).ToHaveValueAsync("7d");
        await Expect(page.GetByTestId("model-filter")).ToHaveValueAsync("scripted/model");
        await Expect(Row(ids[99])).ToBeVisibleAsync();

        await Title(ids[99]).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex(ids[99]));
    }

    [Fact]
    public async Task TheListWithASelection_HasNoSeriousFaultsOfAccess_InBothThemes()
    {
        foreach (var theme in new[] { "light", "dark" })
        {
            await page.Context.AddCookiesAsync([new() { Name = "td-theme", Value = theme, Url = program.Address.ToString() }]);
            await OpenAsync("tasks?date=custom&from=2026-01-01");
            await Box(ids[0]).ClickAsync();
            await Expect(page.GetByTestId("selection-bar")).ToBeVisibleAsync();
            await Row(ids[0]).HoverAsync();
            await Row(ids[0]).Locator("[data-action=peek]").ClickAsync();
            await Expect(page.GetByTestId("task-peek")).ToContainTextAsync("Task 000");
            var result = await page.RunAxe();
            Assert.Empty(result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(violation => $"{theme}: {violation.Id}: {violation.Nodes[0].Html}"));
        }
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task ByAddress_RowsAreThereWithTheDocument_AndAtTheirPlaceInEveryFrameUntilTheListLives(int width)
    {
        await page.SetViewportSizeAsync(width, 800);
        await page.AddInitScriptAsync(
            """
            window.frames = { empty: 0, mixed: 0, untitled: 0, places: [] };
            const look = () => {
              const rows = [...document.querySelectorAll(".task-body .task-row:not(.skeleton)")].filter(row => row.checkVisibility());
              const live = rows.filter(row => row.dataset.taskId).length;
              if (live > 0 && live < rows.length) frames.mixed++;
              if (rows.length > 0) frames.places.push(JSON.stringify(rows[0].getBoundingClientRect()));
              else if (frames.places.length > 0) frames.empty++;
              if (frames.places.length > 0 && document.title === "") frames.untitled++;
              requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
            """);
        using var client = new HttpClient();
        Assert.Contains("Task 130", await client.GetStringAsync(new Uri(program.Address + "tasks?status=pending&sort=-created_at")), StringComparison.Ordinal);

        await OpenAsync("tasks?status=pending&sort=-created_at");

        await Expect(page.Locator(".task-picture")).ToHaveCountAsync(0);
        Assert.Equal((0, 0), (await page.EvaluateAsync<int>("frames.empty"), await page.EvaluateAsync<int>("frames.mixed")));
        Assert.Equal(0, await page.EvaluateAsync<int>("frames.untitled"));
        Assert.Single(await page.EvaluateAsync<string[]>("[...new Set(frames.places)]"));

        // The library's style came behind the first picture, and is in use.
        await Expect(page.Locator("link[data-late]")).ToHaveAttributeAsync("media", "all");
    }

    private async Task OpenAsync(string address)
    {
        await page.GotoAsync(program.Address + address);
        await Expect(page.Locator(".task-table[data-keys]")).ToBeAttachedAsync();
        await Expect(page.Locator(".task-row[data-task-id]").First).ToBeVisibleAsync();
    }

    private ILocator Row(string taskId) => page.Locator($".task-row[data-task-id='{taskId}']");

    private ILocator Box(string taskId) => Row(taskId).GetByRole(AriaRole.Checkbox);

    private ILocator Title(string taskId) => Row(taskId).Locator(".task-title");

    /// <summary>The real clock, on which the eight seconds of an undo last until the test has made use of them.</summary>
    private sealed class LongUndo : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.FromSeconds(7) && dueTime <= TimeSpan.FromSeconds(8) ? TimeSpan.FromHours(1) : dueTime, period);
    }
}
