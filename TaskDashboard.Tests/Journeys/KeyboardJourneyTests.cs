using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>A whole working day without a mouse: what is not pressed on a keyboard is not done here.</summary>
[Collection(BrowserCollection.Name)]
public sealed class KeyboardJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Create_Watch_Steer_Approve_Stop_Delete_WithKeysAlone()
    {
        var gate = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model
            .Then((_, _, token) => AskToRunAsync(gate.Task, token))
            .Then((_, _, token) => ScriptedModelProvider.SayThenWait(["Going on"], never.Task, token)));
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "settings");

        // Create: from wherever one is.
        await page.Keyboard.PressAsync("n");
        await Expect(page.Locator("textarea[name=message]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Tidy up the garden");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator("textarea[name=message]")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("running-badge").First).ToContainTextAsync("1");

        // Watch: a task is found by its name.
        await ChooseAsync(page, "garden", "[data-group=tasks] [role=option]");
        await Expect(page.Locator("[data-kind=agent]")).ToContainTextAsync("I begin");
        var taskId = Regex.Match(page.Url, "task_[0-9a-f]{32}").Value;

        // Steer.
        await Expect(page.Locator("textarea[data-attached]")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Not the roses, n or g t or ?");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByTestId("composer")).ToHaveValueAsync("");
        await Expect(page.Locator("dialog[open], .rz-dialog")).ToHaveCountAsync(0);
        gate.SetResult();
        await Expect(page.GetByTestId("approval-badge")).ToContainTextAsync("1");

        // Approve.
        await ChooseAsync(page, "approvals", "[data-key='go:approvals']");

        // The chat that is left has the same card, and keys of its own; and a page that is new gives its heading the focus, a moment after it is drawn.
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await Expect(page.Locator("[data-keys=ready] .approval-list .request.open")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("a");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".request.open")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator(".request.open")).ToHaveCountAsync(0);
        await program.WaitForAsync(taskId, AgentTaskStatus.Running);

        // Stop, delete: what is open is what they are about.
        await page.Keyboard.PressAsync("g");
        await Expect(page.Locator("#key-hint")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("t");
        await Expect(page).ToHaveURLAsync(new Regex("/tasks$"));
        await ChooseAsync(page, "garden", "[data-group=tasks] [role=option]");
        await Expect(page.Locator("header .status-chip")).ToHaveAttributeAsync("data-status", "running");
        await ChooseAsync(page, "stop", "[data-key='verb:stop']");
        await Expect(page.Locator("header .status-chip")).ToHaveAttributeAsync("data-status", "cancelled");
        Assert.Contains("Not the roses, n or g t or ?", string.Concat(program.Model.Calls.Last().Select(message => message.Text)), StringComparison.Ordinal);
        await ChooseAsync(page, "delete", "[data-key='verb:delete']");
        await Expect(page).ToHaveURLAsync(new Regex("/tasks$"));
        await Expect(page.GetByTestId("deletion-notice")).ToBeVisibleAsync();
        await Eventually.TrueAsync(async () => await program.Reader.FindAsync(taskId) is null);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Palette_OpensAtOnce_IsWalkedByArrows_ReturnsTheFocus_AndRemembersWhatWasChosen()
    {
        await using var program = await DashboardApplication.StartAsync();
        var done = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Count the sheep" })).Task;
        await program.WaitForAsync(done.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "tasks");
        var row = page.Locator($"[data-task-id='{done.Id}']");
        await row.Locator(".task-title").FocusAsync();

        // The row that has the focus is what the verbs are about.
        await page.Keyboard.PressAsync("Control+k");
        var box = page.GetByTestId("palette-input");
        await Expect(box).ToBeFocusedAsync();
        await Expect(page.Locator("#palette-verbs")).ToHaveTextAsync("Count the sheep");
        await Expect(page.Locator("#palette [data-group=verbs] [role=option]").First).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        var active = await box.GetAttributeAsync("aria-activedescendant");
        await Expect(page.Locator("#palette [aria-selected=true]")).ToHaveAttributeAsync("id", active!);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#palette")).ToBeHiddenAsync();
        await Expect(row.Locator(".task-title")).ToBeFocusedAsync();

        // A choice of the browser's own, in letters that only begin its words; next time it comes first.
        await ChooseAsync(page, "th da", "[data-key='theme:dark']");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.ReloadAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("#palette [data-group=recent] [role=option]").First).ToHaveAttributeAsync("data-key", "theme:dark");
        await page.Keyboard.PressAsync("Escape");

        // Deleted from the palette, it is gone from the list as if it had been deleted there.
        await row.Locator(".task-title").FocusAsync();
        await ChooseAsync(page, "delete", "[data-key='verb:delete']");
        await Expect(row).ToBeHiddenAsync();
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task SingleKeys_CanBeTurnedOff_AndStayOff_WhileChordsGoOn()
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true);
        await program.WaitForAsync((await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "ask me which colour (red or blue)" })).Task.Id, AgentTaskStatus.Waiting);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "approvals");
        await Expect(page.Locator("[data-keys=ready] .request.open")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("n");
        await page.Locator("#keys [data-single-keys]").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Escape");

        foreach (var reloaded in new[] { false, true })
        {
            if (reloaded) await page.ReloadAsync();
            await Expect(page.Locator("[data-keys=ready] .request.open")).ToHaveCountAsync(1);
            foreach (var key in new[] { "?", "g", "j", "1" }) await page.Keyboard.PressAsync(key);
            await Expect(page.Locator("#key-hint")).ToBeHiddenAsync();
            await Expect(page.Locator("#keys")).ToBeHiddenAsync();
            await Expect(page.Locator(".request.open")).Not.ToBeFocusedAsync();
            await ChooseAsync(page, "keyboard shortcuts", "[data-key=help]");
            await Expect(page.Locator("#keys")).ToBeVisibleAsync();
            await Expect(page.Locator("#keys [data-single-keys]")).Not.ToBeCheckedAsync();
            await page.Keyboard.PressAsync("Escape");
        }

        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task OnASmallScreen_ThePaletteIsBehindMore_AndTheSkipLinkLeadsToTheContent()
    {
        await using var program = await DashboardApplication.StartAsync();
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 390, Height = 844 } });
        await page.GotoAsync(program.Address + "agents");
        await Expect(page.Locator("[data-alive]")).ToBeVisibleAsync();
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await page.Locator(".skip-link").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
        Assert.EndsWith("/agents", page.Url, StringComparison.Ordinal);

        await page.GetByTestId("rail-more").ClickAsync();
        await page.Locator("#rail-more [data-command=palette]").ClickAsync();
        await Expect(page.GetByTestId("palette-input")).ToBeFocusedAsync();
        await page.Locator("#palette [data-key='go:usage']").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/usage$"));
        await page.Context.DisposeAsync();
    }

    /// <summary>Opens the palette, types, waits until what is meant is the active one, and takes it.</summary>
    private static async Task ChooseAsync(IPage page, string typed, string wanted)
    {
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByTestId("palette-input")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(typed);
        await Expect(page.Locator($"#palette {wanted}").First).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#palette")).ToBeHiddenAsync();
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> AskToRunAsync(Task gate, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ScriptedModelProvider.Text("I begin");
        await gate.WaitAsync(cancellationToken);
        yield return ScriptedModelProvider.Call("call_1", "run_command", ("command", "echo weeds"));
    }
}
