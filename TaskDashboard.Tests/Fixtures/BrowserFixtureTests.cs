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

    private readonly WebApplication server = Build();
    private int clicks;

    public async Task InitializeAsync()
    {
        server.MapGet("/", () => Results.Content(Html, "text/html"));
        server.MapPost("/clicked", () => $"Pressed {Interlocked.Increment(ref clicks)}");
        await server.StartAsync();
    }

    [Fact]
    public async Task Button_OnAPageFromLoopback_CanBePressed()
    {
        var page = await browser.OpenPageAsync();
        await using var context = page.Context;
        await page.GotoAsync(server.Urls.Single());

        await page.GetByRole(AriaRole.Button, new() { Name = "Press" }).ClickAsync();

        await Assertions.Expect(page.Locator("p")).ToHaveTextAsync("Pressed 1");
        Assert.Equal(1, clicks);
        Assert.Equal("A page", await page.TitleAsync());
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
