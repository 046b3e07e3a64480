using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.Core.Storage;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>What becomes of open pages when the server goes and comes.</summary>
[Collection(BrowserCollection.Name)]
public sealed class RecoveryJourneyTests(BrowserFixture browsers) : IDisposable
{
    /// <summary>The first entry in sight, and how far below the transcript's upper edge it begins.</summary>
    private const string InSight = """
        () => {
          const root = document.querySelector(".chat-scroll");
          const from = root.getBoundingClientRect().top;
          const first = [...root.querySelectorAll("[data-transcript] > [data-key]")].find(element => element.getBoundingClientRect().top >= from);
          return first ? [first.dataset.key, String(Math.round(first.getBoundingClientRect().top - from))] : null;
        }
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-recovery-").FullName;

    [Fact]
    public async Task ServerThatIsKilledAndStartedAgain_FindsEachTabBackAtItsPlace_WithItsDraft()
    {
        string taskId;
        await using (var seeded = await DashboardApplication.StartAsync(directory: directory))
        {
            taskId = await new TranscriptSeeder(seeded.Services.GetRequiredService<Store>()).AddAsync(600, seeded.AgentId, "scripted/model");
        }

        var server = await DashboardProcess.StartAsync(directory);
        var address = server.Address;
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync($"{address}chat?taskId={taskId}");
        await Expect(page.Locator(".chat-scroll[data-keys=ready]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-kind=ending]")).ToBeInViewportAsync();
        await page.Locator("textarea[data-attached]").FillAsync("Half a sentence");
        await page.EvaluateAsync("() => { const root = document.querySelector('.chat-scroll'); root.scrollTop -= 1500; }");
        await Expect(page.Locator("[data-to-end]")).ToBeVisibleAsync();
        var before = await page.EvaluateAsync<string[]>(InSight);
        var list = await page.Context.NewPageAsync();
        await list.GotoAsync($"{address}tasks?status=completed");
        await Expect(list.Locator("[data-task-id]").First).ToBeVisibleAsync();
        foreach (var tab in new[] { page, list }) await tab.EvaluateAsync("() => window.before = true");

        await server.KillAsync();
        foreach (var tab in new[] { page, list }) await Expect(tab.Locator("html")).ToHaveAttributeAsync("data-connection", "lost");
        await using var again = await DashboardProcess.StartAgainAsync(directory, address);

        foreach (var tab in new[] { page, list })
        {
            await tab.WaitForFunctionAsync("() => !window.before && document.querySelector('[data-shell=alive]')", null, new() { Timeout = 30_000 });
        }

        Assert.Equal($"{address}chat?taskId={taskId}", page.Url);
        Assert.Equal($"{address}tasks?status=completed", list.Url);
        await Expect(page.Locator("textarea[data-attached]")).ToHaveValueAsync("Half a sentence");
        await Expect(page.Locator(".chat-scroll[data-keys=ready]")).ToHaveCountAsync(1);
        await Eventually.TrueAsync(async () => await page.EvaluateAsync<string[]?>(InSight) is { } after && after[0] == before[0] && Math.Abs(PlaceOf(after) - PlaceOf(before)) <= 2);
        await server.DisposeAsync();
        await page.Context.DisposeAsync();
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static int PlaceOf(string[] seen) => int.Parse(seen[1], System.Globalization.CultureInfo.InvariantCulture);
}
