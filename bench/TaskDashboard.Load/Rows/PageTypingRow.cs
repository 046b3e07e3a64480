using Microsoft.Playwright;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;
using TaskDashboard.Load.Pages;

namespace TaskDashboard.Load.Rows;

/// <summary>Typing in the composer of a chat into which 100 tokens a second stream, and what each of them costs the circuit.</summary>
internal sealed class PageTypingRow() : PageRow("l", "page-typing")
{
    private const string TokensShown = "() => (document.querySelector('.chat-scroll').textContent.match(/\\d{6,} /g) ?? []).length";

    protected override Measure Unmeasured { get; } = new("l", "a key in the composer beside 100 tokens a second", "ms") { Budget = Budget.AtMost(50, 33) };

    protected override async Task<IReadOnlyList<Measure>> MeasureAsync(PageBrowser browser, PageStage stage, bool quick, CancellationToken cancellationToken)
    {
        var keys = quick ? 100 : 300;
        var taskId = await stage.Server.CreateAsync(ModelBehaviour.Paced(6_000, 100), cancellationToken, "Speak for a minute");
        var page = await browser.OpenAsync();
        var traffic = new CircuitTraffic(page);
        await PageBrowser.GoAsync(page, stage.Server, $"/chat?taskId={taskId}");
        var composer = page.Locator("textarea[data-attached]");
        await composer.FocusAsync();
        await page.WaitForFunctionAsync($"() => ({TokensShown})() > 300");

        // Watching alone first: what is sent for a key would be counted as the tokens'.
        var (bytes, frames, tokens) = (traffic.Bytes, traffic.Frames, await page.EvaluateAsync<int>(TokensShown));
        await Task.Delay(TimeSpan.FromSeconds(quick ? 5 : 15), cancellationToken);
        var streamed = await page.EvaluateAsync<int>(TokensShown) - tokens;
        var (perToken, framesPerSecond) = ((double)(traffic.Bytes - bytes) / streamed, (traffic.Frames - frames) / (quick ? 5.0 : 15.0));

        await page.EvaluateAsync("() => { probe.keys.length = 0; }");
        var typed = string.Concat(Enumerable.Repeat("and then do the rest ", 1 + keys / 21))[..keys];
        await composer.PressSequentiallyAsync(typed, new LocatorPressSequentiallyOptions { Delay = 60, Timeout = 120_000 });
        await page.WaitForFunctionAsync("count => probe.keys.length >= count", keys);
        var painted = await page.EvaluateAsync<double[]>("() => probe.keys");
        var kept = await composer.InputValueAsync();
        var nodes = await PageProbe.CountNodesAsync(page);
        await PageBrowser.CloseAsync(page);
        await stage.Server.PostAsync($"/api/tasks/{taskId}/cancel", "{}", cancellationToken);
        return
        [
            Seen("a key in the composer beside 100 tokens a second until it is painted, p95", "ms", painted.Percentile(95), Budget.AtMost(50, 33), kept == typed ? null : "what was typed is not what stands there"),
            Seen("the same, median", "ms", painted.Median()),
            Seen("the same, longest", "ms", painted.Max()),
            Seen("100 tokens a second: over the circuit for each", "bytes", perToken, note: "a token's text has 16 characters or so; before compression"),
            Seen("100 tokens a second: messages over the circuit", "1/s", framesPerSecond),
            Seen("100 tokens a second: DOM, nodes after a while", "nodes", nodes.Nodes, Budget.AtMost(3_000, 2_000)),
        ];
    }
}
