using Microsoft.Playwright;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>
/// One browser without a window for all tests of the collection <see cref="BrowserCollection"/>; each test opens pages of its
/// own. Where no browser is installed, it installs one (<see cref="BrowserInstaller"/>).
/// </summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>Nothing in the background that needs a network, and nothing that a container lacks.</summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public IBrowser Browser => browser ?? throw new InvalidOperationException("The browser has not been started.");

    public async Task InitializeAsync()
    {
        this.playwright = await Playwright.CreateAsync();
        var program = await BrowserInstaller.EnsureAsync(() => BrowserLocator.OfThisMachine.Find() ?? InstalledByPlaywright(this.playwright));
        browser = await this.playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments, Timeout = 60_000 });
    }

    /// <summary>
    /// A page in a context of its own: no cookies or storage of another, like a second person's browser. Dispose the context
    /// (<see cref="IPage.Context"/>) when the test ends; what is left goes with the browser.
    /// </summary>
    public async Task<IPage> OpenPageAsync(BrowserNewContextOptions? options = null)
    {
        var context = await Browser.NewContextAsync(options);
        context.SetDefaultTimeout(15_000);
        return await context.NewPageAsync();
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        this.playwright?.Dispose();
    }

    private static string? InstalledByPlaywright(IPlaywright playwright) =>
        playwright.Chromium.ExecutablePath is { Length: > 0 } path && File.Exists(path) ? path : null;
}

/// <summary>Put <c>[Collection(BrowserCollection.Name)]</c> on a test class to be given the <see cref="BrowserFixture"/>.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "Browser";
}
