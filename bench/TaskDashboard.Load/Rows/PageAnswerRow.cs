using Microsoft.Playwright;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Pages;

namespace TaskDashboard.Load.Rows;

/// <summary>How soon a click or key is answered, on the Tasks page over everything that is stored.</summary>
internal sealed class PageAnswerRow() : PageRow("m", "page-answers")
{
    protected override Measure Unmeasured { get; } = new("m", "a click", "ms") { Budget = Budget.AtMost(100, 50) };

    protected override async Task<IReadOnlyList<Measure>> MeasureAsync(PageBrowser browser, PageStage stage, bool quick, CancellationToken cancellationToken)
    {
        var times = quick ? 10 : 30;
        var page = await browser.OpenAsync(stage.Server, "/tasks");
        await PageProbe.PaintedAsync(page, ".task-body [data-task-id]");
        await page.Locator("[data-keys]").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        var rows = page.Locator(".task-body [data-task-id]");

        var palette = await RepeatAsync(times, async _ =>
        {
            await page.Keyboard.PressAsync("Control+k");
            var answered = await PageProbe.AnsweredAsync(page, "() => probe.seen('#palette[open]')");
            await page.Keyboard.PressAsync("Escape");
            await page.Locator("#palette[open]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
            return answered;
        }, cancellationToken);
        var selected = await RepeatAsync(times, async i =>
        {
            var row = rows.Nth(i % 8);
            var wasSelected = await row.GetAttributeAsync("data-selected") is not null;
            await row.Locator(".cell-select button, .cell-select input").First.ClickAsync();
            return await PageProbe.AnsweredAsync(
                page, "([at, selected]) => (document.querySelectorAll('.task-body [data-task-id]')[at].dataset.selected === 'true') === selected", new object[] { i % 8, !wasSelected });
        }, cancellationToken);
        await page.Keyboard.PressAsync("Escape");
        var peeked = await RepeatAsync(times, async i =>
        {
            var row = rows.Nth(1 + i % 8);
            var taskId = await row.GetAttributeAsync("data-task-id");
            await row.HoverAsync();
            await row.Locator("[data-action=peek]").ClickAsync();
            return await PageProbe.AnsweredAsync(page, "id => probe.seen(`[data-peek-id='${id}']`)", taskId);
        }, cancellationToken);
        await page.Locator("[data-action=close-peek]").ClickAsync();
        var filtered = await RepeatAsync(times, async i =>
        {
            var (segment, status) = i % 2 == 0 ? ("failed", "failed") : ("cancelled", "cancelled");
            await page.Locator($"[data-segment={segment}]").ClickAsync();
            return await PageProbe.AnsweredAsync(
                page, "status => { const rows = [...document.querySelectorAll('.task-body [data-task-id]')]; return rows.length > 0 && rows.every(row => row.dataset.status === status); }", status);
        }, cancellationToken);
        var opened = await RepeatAsync(times / 2, async i =>
        {
            await PageBrowser.GoAsync(page, stage.Server, "/tasks?status=completed");
            await PageProbe.PaintedAsync(page, ".task-body [data-task-id]");
            await rows.Nth(i % 8).Locator(".task-title").ClickAsync();
            return await PageProbe.AnsweredAsync(page, "() => probe.seen(\".chat-scroll [data-key^='end:']\")");
        }, cancellationToken);
        var listed = await RepeatAsync(times / 2, async _ =>
        {
            await page.Locator(".rail a[href=agents]").ClickAsync();
            await page.Locator(".agent-card").First.WaitForAsync();
            await page.Locator(".rail a[href=tasks]").First.ClickAsync();
            return await PageProbe.AnsweredAsync(page, "() => probe.seen('.task-body [data-task-id]')");
        }, cancellationToken);
        return
        [
            Of("Ctrl+K until the palette is painted", palette, 100),
            Of("click on a row's box until the row is painted as selected", selected, 100),
            Of("click until the side peek is painted", peeked, 100),
            Of("click on a status until its rows are painted", filtered, 300),
            Of("click on Tasks, from another page, until its rows are painted", listed, 300),
            Of("click on a task until the end of its chat is painted", opened, 500),
        ];
    }

    private Measure Of(string what, List<double> values, double gate) =>
        Seen($"{what}, p95", "ms", values.Percentile(95), Budget.AtMost(gate, gate / 2), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"median {values.Median():0} ms"));
}
