using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Playwright;
using TaskDashboard.App.Localization;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Every page in a made-up language: what it does not speak was written into the page, and what it makes longer has to fit.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PseudoLanguageTests(BrowserFixture browsers)
{
    // Texts and names of elements that have letters outside the brackets. Left out: what people, models and programs wrote, code, and times, which the browser writes.
    private const string Foreign = """
        names => {
          const outside = text => {
            let depth = 0, rest = "";
            for (const letter of text) {
              if (letter === "⟦") depth++;
              else if (letter === "⟧") depth--;
              else if (depth === 0) rest += letter;
            }
            for (const name of names) rest = rest.replaceAll(name, "");
            rest = rest.replace(/\b[a-z]+_[0-9a-f]{12,}|\b[0-9a-f]{6}\b/g, "");
            return /[A-Za-z]{3,}/.test(rest) ? text.trim() : null;
          };
          const found = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode());) {
            const element = node.parentElement;
            if (element.closest("script, style, code, pre, kbd, textarea, relative-time, local-time, due-time, .task-id, .rz-tick-text, .markdown, [lang]:not(html), [translate=no], #blazor-error-ui")) continue;
            if (outside(node.textContent)) found.push(`"${node.textContent.trim()}" in ${element.outerHTML.slice(0, 160)}`);
          }
          for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
            if (element.closest("relative-time, local-time, due-time, [translate=no]")) continue;
            for (const name of ["aria-label", "title", "placeholder", "alt"]) {
              if (outside(element.getAttribute(name) ?? "")) found.push(`${name}="${element.getAttribute(name)}" at ${element.outerHTML.slice(0, 160)}`);
            }
          }
          return found;
        }
        """;

    [Fact]
    public async Task EveryPage_SpeaksIt_AndFits()
    {
        await using var every = await EveryPage.StartAsync(services => services.AddSingleton<IStringLocalizer<Strings>, PseudoLocalizer>());
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 }, Locale = "en" });
        var found = new List<string>();
        var names = await every.ListNamesAsync();
        foreach (var (name, address, drawn) in every.Pages)
        {
            await page.SetViewportSizeAsync(1400, 900);
            await page.GotoAsync(every.Program.Address + address);
            await Expect(page.Locator("[data-shell=alive]")).ToBeVisibleAsync();
            await Expect(page.Locator(drawn).First).ToBeAttachedAsync();
            found.AddRange((await page.EvaluateAsync<string[]>(Foreign, names)).Select(text => $"{name}: {text}"));
            foreach (var width in new[] { 1400, 320 })
            {
                await page.SetViewportSizeAsync(width, 900);
                if (await EveryPage.FindWidestAsync(page) is { } widest) found.Add($"{name}: wider than {width} px: {widest}");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Distinct()));
        await page.Context.DisposeAsync();
    }
}
