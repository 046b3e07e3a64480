using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>What axe finds on every page, in both themes and both languages, and whether it fits on every screen.</summary>
[Collection(BrowserCollection.Name)]
public sealed class EveryPageAccessTests(BrowserFixture browsers)
{
    // The smallest phone; 1,400 px at 200 % zoom; a wide desktop.
    private static readonly int[] Widths = [320, 700, 2560];

    [Theory]
    [InlineData("en")]
    [InlineData("zh-CN")]
    public async Task EveryPage_HasNothingThatAxeFinds_InBothThemes_AndFitsEveryScreen(string locale)
    {
        await using var every = await EveryPage.StartAsync();
        var page = await browsers.OpenPageAsync(new() { Locale = locale, ViewportSize = new() { Width = 1400, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        var found = new List<string>();
        foreach (var (name, address, drawn) in every.Pages)
        {
            await page.SetViewportSizeAsync(1400, 900);
            await page.GotoAsync(every.Program.Address + address);
            await Expect(page.Locator("[data-shell=alive]")).ToBeVisibleAsync();
            await Expect(page.Locator(drawn).First).ToBeAttachedAsync();
            Assert.Equal(locale == "en" ? "en" : "zh-Hans", await page.Locator("html").GetAttributeAsync("lang"));
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", scheme == ColorScheme.Dark ? "rgb(20, 22, 26)" : "rgb(245, 246, 248)");
                var result = await page.RunAxe();
                found.AddRange(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{name}, {scheme}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}")));
            }

            foreach (var width in Widths)
            {
                await page.SetViewportSizeAsync(width, 900);
                if (await EveryPage.FindWidestAsync(page) is { } widest) found.Add($"{name}: wider than {width} px: {widest}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
        await page.Context.DisposeAsync();
    }
}
