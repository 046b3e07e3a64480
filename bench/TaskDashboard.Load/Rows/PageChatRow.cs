using System.Globalization;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Pages;
using TaskDashboard.Seeding;

namespace TaskDashboard.Load.Rows;

/// <summary>A chat of 10,000 events: opening it at its end, and finding a word in its middle.</summary>
internal sealed class PageChatRow() : PageRow("k", "page-chat")
{
    private const string End = ".chat-scroll [data-key^='end:']";

    protected override Measure Unmeasured { get; } = new("k", "open a chat of 10,000 events", "ms") { Budget = Budget.AtMost(1_000, 500) };

    protected override async Task<IReadOnlyList<Measure>> MeasureAsync(PageBrowser browser, PageStage stage, bool quick, CancellationToken cancellationToken)
    {
        var traffic = 0L;
        var nodes = new PageNodes();
        var opened = await RepeatAsync(quick ? 5 : 15, async _ =>
        {
            var page = await browser.OpenAsync();
            var counted = new CircuitTraffic(page);
            await PageBrowser.AskForAsync(page, stage.Server, stage.ChatPath);
            var painted = await PageProbe.PaintedAsync(page, End);
            traffic = counted.Bytes;
            nodes = await PageProbe.CountNodesAsync(page);
            await PageBrowser.CloseAsync(page);
            return painted;
        }, cancellationToken);

        var jumped = await RepeatAsync(quick ? 3 : 9, async _ =>
        {
            var page = await browser.OpenAsync(stage.Server, stage.ChatPath);
            await PageProbe.PaintedAsync(page, End);
            await page.Locator(".chat-scroll[data-keys=ready]").WaitForAsync();
            await page.Keyboard.PressAsync("Control+f");
            await page.GetByTestId("find").FillAsync(TranscriptSeeder.MiddleWord);
            var found = await PageProbe.AnsweredAsync(page, "word => [...document.querySelectorAll('.chat-scroll [data-key]')].some(entry => entry.textContent.includes(word) && entry.getBoundingClientRect().top < innerHeight)", TranscriptSeeder.MiddleWord);
            await PageBrowser.CloseAsync(page);
            return found;
        }, cancellationToken);

        var name = string.Create(CultureInfo.InvariantCulture, $"chat of {PageStage.Events:#,0} events");
        return
        [
            Seen($"{name}: open it until its end is painted, median", "ms", opened.Median(), Budget.AtMost(1_000, 500)),
            Seen("the same, p95", "ms", opened.Percentile(95)),
            Seen($"{name}: over the circuit to open it", "KB", traffic / 1024.0),
            Seen($"{name}: DOM, nodes behind it", "nodes", nodes.Nodes, Budget.AtMost(3_000, 2_000), string.Create(CultureInfo.InvariantCulture, $"{nodes.Elements} elements")),
            Seen($"{name}: search for a word of its middle until it is painted, median", "ms", jumped.Median(), Budget.AtMost(500, 300)),
        ];
    }
}
