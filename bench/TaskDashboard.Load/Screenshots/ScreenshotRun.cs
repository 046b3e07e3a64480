using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Pages;

namespace TaskDashboard.Load.Screenshots;

/// <summary>Takes pictures of every page of the product: both languages, both themes, wide and on a phone.</summary>
internal static class ScreenshotRun
{
    public const string Verb = "screenshots";

    private const int Quality = 85;

    /// <summary>Where this run's data lie is of no interest to whoever looks at the pictures.</summary>
    private const string HideFolder =
        """
        folder => {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (node.data.includes(folder)) node.data = node.data.replaceAll(folder, "/srv/taskdashboard");
          }
        }
        """;

    private static readonly ScreenshotPage FirstRun = new("first-run", "tasks", ".first-run, .empty-state");

    /// <param name="folder">Where the pictures go; those of the same names are replaced.</param>
    /// <param name="format">webp or png.</param>
    /// <param name="only">The names of the pages to take; none for all.</param>
    /// <param name="cancellationToken">Stops it; what was taken stays.</param>
    public static async Task RunAsync(string folder, string format, IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using var product = await ProductProcess.StartAsync(new ProductSettings(16), modelServer: null, cancellationToken);
        await using var browser = await PageBrowser.LaunchAsync();
        await TakeAsync([FirstRun]);
        await TakeAsync(await new ScreenshotStage(product.Server, cancellationToken).FillAsync());

        async Task TakeAsync(IReadOnlyList<ScreenshotPage> pages)
        {
            foreach (var look in ScreenshotLook.All)
            {
                await using var context = await browser.OpenContextAsync(look, product.Server);
                foreach (var page in pages.Where(page => only.Count == 0 || only.Contains(page.Name)))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var picture = await TakeOneAsync(context, product, page, format);
                    await File.WriteAllBytesAsync(Path.Combine(folder, $"{page.Name}-{look.Name}.{format}"), picture, cancellationToken);
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{page.Name}-{look.Name}: {picture.Length / 1024} KB"));
                }
            }
        }
    }

    private static Task<IBrowserContext> OpenContextAsync(this PageBrowser browser, ScreenshotLook look, TaskServer server) => browser.NewContextAsync(
        new BrowserNewContextOptions
        {
            Locale = look.Language,
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = look.IsPhone,
            ViewportSize = look.IsPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1400, Height = 900 },
        },
        Cookie(server, "td-theme", look.Theme), Cookie(server, "td-guide", "all"), Cookie(server, ".AspNetCore.Culture", Uri.EscapeDataString($"c={look.Language}|uic={look.Language}")));

    private static Cookie Cookie(TaskServer server, string name, string value) => new() { Name = name, Value = value, Url = server.Address.ToString() };

    private static async Task<byte[]> TakeOneAsync(IBrowserContext context, ProductProcess product, ScreenshotPage what, string format)
    {
        var page = await context.NewPageAsync();
        await PageBrowser.GoAsync(page, product.Server, "/" + what.Path);
        await page.Locator(what.Drawn).First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        if (what.Press is { } key) await page.Keyboard.PressAsync(key);
        await page.EvaluateAsync(HideFolder, product.DataDirectory);
        await page.EvaluateAsync("() => document.fonts.ready.then(() => new Promise(done => setTimeout(done, 400)))");
        if (format == "png")
        {
            var picture = await page.ScreenshotAsync();
            await page.CloseAsync();
            return picture;
        }

        var session = await context.NewCDPSessionAsync(page);
        var answer = await session.SendAsync("Page.captureScreenshot", new Dictionary<string, object> { ["format"] = format, ["quality"] = Quality });
        await page.CloseAsync();
        return ((JsonElement)answer!).GetProperty("data").GetBytesFromBase64();
    }
}
