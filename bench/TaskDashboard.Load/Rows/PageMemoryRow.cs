using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Pages;
using TaskDashboard.Load.Processes;

namespace TaskDashboard.Load.Rows;

/// <summary>What an open page holds on the server: the managed heap after a full collection, with so many pages more.</summary>
internal sealed class PageMemoryRow() : PageRow("n", "page-memory")
{
    private const string HeapSize = "dotnet_gc_last_collection_heap_size_bytes";
    private const string Fragmentation = "dotnet_gc_last_collection_heap_fragmentation_size_bytes";

    protected override Measure Unmeasured { get; } = new("n", "memory of an open page", "KB");

    protected override async Task<IReadOnlyList<Measure>> MeasureAsync(PageBrowser browser, PageStage stage, bool quick, CancellationToken cancellationToken)
    {
        var pages = quick ? 4 : 10;

        // Once for what is made at the first visit and stays.
        await PageBrowser.CloseAsync(await browser.OpenAsync(stage.Server, "/tasks"));
        await PageBrowser.CloseAsync(await browser.OpenAsync(stage.Server, stage.ChatPath));
        var list = await HoldAsync(browser, stage, "/tasks", ".task-body [data-task-id]", pages, cancellationToken);
        var chat = await HoldAsync(browser, stage, stage.ChatPath, ".chat-scroll [data-key^='end:']", pages, cancellationToken);
        var idle = await HoldAsync(browser, stage, "/settings", "h1", pages, cancellationToken);
        return
        [
            Seen("memory of an open Tasks page", "KB", list.Open),
            Seen($"memory of an open chat of {PageStage.Events.ToString("#,0", CultureInfo.InvariantCulture)} events", "KB", chat.Open),
            Seen("memory of an open Settings page", "KB", idle.Open),
            Seen("what is left of each when they are closed", "KB", new[] { list.Left, chat.Left, idle.Left }.Max(), note: "the most of the three"),
        ];
    }

    private static async Task<(double Open, double Left)> HoldAsync(PageBrowser browser, PageStage stage, string path, string drawn, int count, CancellationToken cancellationToken)
    {
        var before = await ReadHeapAsync(stage.Server, cancellationToken);
        var pages = new List<IPage>(count);
        for (var i = 0; i < count; i++)
        {
            var page = await browser.OpenAsync(stage.Server, path);
            await PageProbe.PaintedAsync(page, drawn);
            pages.Add(page);
        }

        var with = await ReadHeapAsync(stage.Server, cancellationToken);
        foreach (var page in pages) await PageBrowser.CloseAsync(page);
        var after = await ReadHeapAsync(stage.Server, cancellationToken);
        return ((with - before) / count / 1024, (after - before) / count / 1024);
    }

    private static async Task<double> ReadHeapAsync(TaskServer server, CancellationToken cancellationToken)
    {
        // Twice: what a finalizer lets go of is free after the second one.
        await HeapSettler.CollectAsync(server.ProcessId, cancellationToken);
        await HeapSettler.CollectAsync(server.ProcessId, cancellationToken);
        var lines = Encoding.UTF8.GetString(await server.GetAsync("/metrics", cancellationToken)).Split('\n');
        return Sum(HeapSize) - Sum(Fragmentation);

        double Sum(string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
