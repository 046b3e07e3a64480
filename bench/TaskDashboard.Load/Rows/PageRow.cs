using System.Text.Json;
using Microsoft.Playwright;
using TaskDashboard.Load.Measures;
using TaskDashboard.Load.Pages;

namespace TaskDashboard.Load.Rows;

/// <summary>A row that measures a page in Chromium, with a full store behind it.</summary>
internal abstract class PageRow(string letter, string name) : IRow
{
    public string Letter => letter;

    public string Name => name;

    /// <summary>The line that says so when there is nothing to measure.</summary>
    protected abstract Measure Unmeasured { get; }

    public async Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken)
    {
        if (await context.StartStageAsync(cancellationToken) is not { } stage) return [Unmeasured with { Note = context.ProductProblem }];
        try
        {
            await using var browser = await PageBrowser.LaunchAsync();
            return await MeasureAsync(browser, stage, context.Quick, cancellationToken);
        }
        catch (Exception failure) when (failure is PlaywrightException or HttpRequestException or TimeoutException or JsonException)
        {
            return [Unmeasured with { Note = failure.Message.ReplaceLineEndings(" ") }];
        }
    }

    protected abstract Task<IReadOnlyList<Measure>> MeasureAsync(PageBrowser browser, PageStage stage, bool quick, CancellationToken cancellationToken);

    /// <summary>A line with what was seen in the product alone.</summary>
    protected Measure Seen(string what, string unit, double value, Budget? budget = null, string? note = null) =>
        new(letter, what, unit) { Product = value, Budget = budget, Note = note };

    /// <summary>The same several times over, after a first time that counts for nothing.</summary>
    protected static async Task<List<double>> RepeatAsync(int times, Func<int, Task<double>> measure, CancellationToken cancellationToken)
    {
        var values = new List<double>(times);
        for (var i = 0; i <= times; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var value = await measure(i);
            if (i > 0) values.Add(value);
        }

        return values;
    }
}
