using System.Reflection;
using Microsoft.Playwright;
using TaskDashboard.Load.Client;

namespace TaskDashboard.Load.Pages;

/// <summary>A headless Chromium for the rows that measure what a person sees. Disposing closes its pages and ends it.</summary>
internal sealed class PageBrowser : IAsyncDisposable
{
    private const string BrowserVariable = "TASKDASHBOARD_CHROMIUM";

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly IBrowserContext context;

    private PageBrowser(IPlaywright playwright, IBrowser browser, IBrowserContext context)
    {
        this.playwright = playwright;
        this.browser = browser;
        this.context = context;
    }

    public static async Task<PageBrowser> LaunchAsync()
    {
        var driver = typeof(PageBrowser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "PlaywrightFolder").Value;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", driver);
        var playwright = await Playwright.CreateAsync();
        try
        {
            var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable(BrowserVariable) ?? "/usr/bin/chromium",
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            });

            // One context for all: a second visit finds scripts and styles where a person's browser would, in its cache.
            var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1400, Height = 900 } });
            await context.AddInitScriptAsync(PageProbe.Script);
            return new PageBrowser(playwright, browser, context);
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A browser of its own, so to speak: with its own cookies and sizes.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options, params Cookie[] cookies)
    {
        var own = await browser.NewContextAsync(options);
        await own.AddCookiesAsync(cookies);
        return own;
    }

    /// <summary>An empty page, whose traffic can be listened to before it goes anywhere.</summary>
    public Task<IPage> OpenAsync() => context.NewPageAsync();

    /// <summary>A page at an address of the product, alive: its circuit answers.</summary>
    public async Task<IPage> OpenAsync(TaskServer server, string path)
    {
        var page = await OpenAsync();
        await GoAsync(page, server, path);
        return page;
    }

    /// <summary>Goes to an address and waits until the page there is alive.</summary>
    public static async Task GoAsync(IPage page, TaskServer server, string path)
    {
        await AskForAsync(page, server, path);
        await page.Locator("[data-shell=alive]").WaitForAsync();
    }

    /// <summary>Goes to an address and waits for nothing: what is painted before the page is alive can be seen.</summary>
    public static Task AskForAsync(IPage page, TaskServer server, string path) =>
        page.GotoAsync(new Uri(server.Address, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Commit });

    /// <summary>Closes a page as a person does: the server is told, and lets go of what it held for it.</summary>
    public static async Task CloseAsync(IPage page)
    {
        await page.GotoAsync("about:blank");
        await page.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
