using System.Globalization;
using System.Text.Json;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Pages;
using TaskDashboard.Seeding;

namespace TaskDashboard.Load.Rows;

/// <summary>The Tasks page over everything that is stored: opening it, searching as one types, and a minute of scrolling at speed.</summary>
internal sealed class PageListRow() : PageRow("j", "page-list")
{
    private const string FirstRow = ".task-body .task-row:not(.skeleton)";
    private const string LiveRow = ".task-body [data-task-id]";
    private const double FrameMilliseconds = 1000.0 / 60;

    /// <summary>As many as have the word, and each that is drawn is one of them: a word's number is its chapter's, and titles are cut before the word.</summary>
    private const string Found =
        """
        ([number, count]) => {
          const table = document.querySelector(".task-table"), titles = [...table.querySelectorAll(".task-body [data-task-id] .task-title")];
          return Number(table.ariaRowCount) === count + 1 && titles.length > 0 && titles.every(title => Number(title.textContent.match(/chapter (\d+)/)?.[1]) % 5000 === number);
        }
        """;

    protected override Measure Unmeasured { get; } = new("j", "open the Tasks page", "ms") { Budget = Budget.AtMost(300, 150) };

    protected override async Task<IReadOnlyList<Measure>> MeasureAsync(PageBrowser browser, PageStage stage, bool quick, CancellationToken cancellationToken)
    {
        var traffic = 0L;
        var live = new List<double>();
        var opened = await RepeatAsync(quick ? 5 : 15, async i =>
        {
            var page = await browser.OpenAsync();
            var counted = new CircuitTraffic(page);
            await PageBrowser.AskForAsync(page, stage.Server, "/tasks");
            var painted = await PageProbe.PaintedAsync(page, FirstRow);
            var answers = await PageProbe.PaintedAsync(page, LiveRow);
            if (i > 0) live.Add(answers);
            traffic = counted.Bytes;
            await PageBrowser.CloseAsync(page);
            return painted;
        }, cancellationToken);

        var list = await browser.OpenAsync(stage.Server, "/tasks");
        await PageProbe.PaintedAsync(list, LiveRow);
        var nodes = await PageProbe.CountNodesAsync(list);
        var search = list.GetByTestId("task-search");
        var searched = await RepeatAsync(quick ? 5 : 15, async i =>
        {
            // Four digits: no other word begins with it.
            var number = 1_000 + i * 97;
            await search.PressSequentiallyAsync(TaskSeeder.RareWord(number), new() { Delay = 40 });
            var answered = await PageProbe.AnsweredAsync(list, Found, new[] { number, stage.Tasks / 5_000 });
            await search.FillAsync("");
            await list.EvaluateAsync("count => probe.painted(() => Number(document.querySelector('.task-table').ariaRowCount) > count)", stage.Tasks);
            return answered;
        }, cancellationToken);
        var span = TimeSpan.FromSeconds(quick ? 10 : 60);
        var frames = await ScrollAsync(list, span, cancellationToken);
        var name = string.Create(CultureInfo.InvariantCulture, $"{stage.Tasks:#,0} tasks");
        return
        [
            Seen($"{name}: open the page until its first row is painted, median", "ms", opened.Median(), Budget.AtMost(300, 150)),
            Seen("the same, p95", "ms", opened.Percentile(95)),
            Seen($"{name}: open the page until its rows answer, median", "ms", live.Median()),
            Seen("the same, p95", "ms", live.Percentile(95)),
            Seen("over the circuit to open it", "KB", traffic / 1024.0),
            Seen("DOM: nodes, behind it", "nodes", nodes.Nodes, Budget.AtMost(3_000, 2_000), string.Create(CultureInfo.InvariantCulture, $"{nodes.Elements} elements")),
            Seen($"{name}: search as one types, last key until the rows are painted, median", "ms", searched.Median(), Budget.AtMost(300, 250), "200 ms of it wait for the next key"),
            Seen("the same, p95", "ms", searched.Percentile(95)),
            Seen(string.Create(CultureInfo.InvariantCulture, $"{name}: scroll {span.TotalSeconds:0} s at {frames.RowsPerSecond:0} rows a second, frames dropped"), "%", frames.DroppedPercent, Budget.AtMost(10, 2)),
            Seen("the same, longest frame", "ms", frames.Longest),
            Seen("the same, frames with no row in the middle of the list", "%", frames.BlankPercent),
        ];
    }

    /// <summary>Turns the wheel without a pause, down for the first half and up again, and has the page count its frames meanwhile.</summary>
    private static async Task<Scroll> ScrollAsync(Microsoft.Playwright.IPage page, TimeSpan span, CancellationToken cancellationToken)
    {
        const string place = "document.querySelector('[data-task-scroll]').scrollTop";
        await page.Locator("[data-task-scroll]").HoverAsync();
        var counting = page.EvaluateAsync<JsonElement>("milliseconds => probe.frames(milliseconds, '[data-task-scroll]')", span.TotalMilliseconds);
        var begin = TimeProvider.System.GetTimestamp();
        double farthest = 0;
        while (TimeProvider.System.GetElapsedTime(begin) is var elapsed && elapsed < span)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (elapsed < span / 2) await page.Mouse.WheelAsync(0, 300);
            else
            {
                if (farthest == 0) farthest = await page.EvaluateAsync<double>(place);
                await page.Mouse.WheelAsync(0, -300);
            }
        }

        var frames = await counting;
        var lengths = frames.GetProperty("lengths").EnumerateArray().Select(length => length.GetDouble()).ToList();
        var dropped = lengths.Sum(length => Math.Max(0, Math.Round(length / FrameMilliseconds) - 1));
        return new Scroll(
            100 * dropped / (dropped + lengths.Count), lengths.Max(),
            100.0 * frames.GetProperty("blank").GetInt32() / frames.GetProperty("looked").GetInt32(), farthest / 44 / (span.TotalSeconds / 2));
    }

    private sealed record Scroll(double DroppedPercent, double Longest, double BlankPercent, double RowsPerSecond);
}
