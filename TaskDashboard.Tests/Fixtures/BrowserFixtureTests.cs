using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace TaskDashboard.Tests.Fixtures;

[Collection(BrowserCollection.Name)]
public sealed class BrowserFixtureTests(BrowserFixture browser) : IAsyncLifetime
{
    private const string Html = """
        <!doctype html><title>A page</title>
        <button onclick="fetch('/clicked', { method: 'POST' }).then(r => r.text()).then(t => document.querySelector('p').textContent = t)">Press</button>
        <p>Not yet</p>
        """;

    private readonly WebApplication _server = Build();
    private int _clicks;

    public async Task InitializeAsync()
    {
        _server.MapGet("/", () => Results.Content(Html, "text/html"));
        _server.MapPost("/clicked", () => $"Pressed {Interlocked.Increment(ref _clicks)}");
        await _server.StartAsync();
    }

    [Fact]
    public async Task Button_OnAPageFromLoopback_CanBePressed()
    {
        var page = await browser.OpenPageAsync();
        await using var context = page.Context;
        await page.GotoAsync(_server.Urls.Single());

        await page.GetByRole(AriaRole.Button, new() { Name = "Press" }).ClickAsync();

        await Assertions.Expect(page.Locator("p")).ToHaveTextAsync("Pressed 1");
        Assert.Equal(1, _clicks);
        Assert.Equal("A page", await page.TitleAsync());
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
