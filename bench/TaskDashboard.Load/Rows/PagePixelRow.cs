using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Model;
using TaskDashboard.Load.Pages;

namespace TaskDashboard.Load.Rows;

/// <summary>
/// From the commit of a task's first event (its <c>at</c>) until the open Tasks page has painted the task: the mutation of the page, and the frame after it.
/// </summary>
internal sealed class PagePixelRow : IRow
{
    private const int WarmUpTasks = 5;

    /// <summary>Remembers when each task's title came into the page, and when that was painted; the clock is the machine's, as in <c>at</c>.</summary>
    private const string Observe =
        """
        () => {
          window.seen = {};
          const note = () => {
            const changed = performance.timeOrigin + performance.now();
            for (const title of document.body.textContent.match(/Pixel \d{3}/g) ?? []) {
              if (window.seen[title]) continue;
              window.seen[title] = { changed };
              requestAnimationFrame(() => window.seen[title].painted = performance.timeOrigin + performance.now());
            }
          };
          new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
        }
        """;

    public string Letter => "i";

    public string Name => "pixel";

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        var measure = new Measure("i", "commit → pixel in an open page, p95", "ms") { Budget = Budget.AtMost(100, 50) };
        if (await context.StartProductAsync(ProductSettings.Default, cancellationToken) is not { } product)
            return [measure with { Note = context.ProductProblem }];

        try
        {
            var times = await WatchPageAsync(product.Server, context.Quick ? 10 : 30, cancellationToken);
            return
            [
                measure with { Product = times.Select(time => time.Painted).Percentile(95) },
                new Measure("i", "the same, median", "ms") { Product = times.Select(time => time.Painted).Median() },
                new Measure("i", "commit → change of the page, before it is painted, p95", "ms") { Product = times.Select(time => time.Changed).Percentile(95) },
            ];
        }
        catch (Exception failure) when (failure is PlaywrightException or HttpRequestException or TimeoutException or JsonException)
        {
            return [measure with { Note = failure.Message.ReplaceLineEndings(" ") }];
        }
    }

    private static async Task<List<(double Changed, double Painted)>> WatchPageAsync(TaskServer server, int tasks, CancellationToken cancellationToken)
    {
        await using var browser = await PageBrowser.LaunchAsync();
        var page = await browser.OpenAsync(server, "/tasks");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.EvaluateAsync(Observe);

        var times = new List<(double Changed, double Painted)>();
        for (var i = 0; i < WarmUpTasks + tasks; i++)
        {
            var title = string.Create(CultureInfo.InvariantCulture, $"Pixel {i:000}");
            var taskId = await server.CreateAsync(ModelBehaviour.Paced(3, 20), cancellationToken, title);
            var committed = await CommittedAtAsync(server, taskId, cancellationToken);
            await page.WaitForFunctionAsync("title => window.seen[title]?.painted", title, new PageWaitForFunctionOptions { Timeout = 5_000 });
            var seen = await page.EvaluateAsync<JsonElement>("title => window.seen[title]", title);
            if (i >= WarmUpTasks) times.Add((seen.GetProperty("changed").GetDouble() - committed, seen.GetProperty("painted").GetDouble() - committed));
            await Task.Delay(200, cancellationToken);
        }

        return times;
    }

    private static async Task<double> CommittedAtAsync(TaskServer server, string taskId, CancellationToken cancellationToken)
    {
        using var events = JsonDocument.Parse(await server.GetAsync($"/api/tasks/{taskId}/events?limit=1", cancellationToken));
        var first = events.RootElement.ValueKind == JsonValueKind.Array ? events.RootElement[0] : events.RootElement.GetProperty("items")[0];
        return (first.GetProperty("at").GetDateTimeOffset() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
    }
}
