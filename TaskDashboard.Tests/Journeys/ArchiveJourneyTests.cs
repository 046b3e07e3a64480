using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Taking a task out and in again, and a backup, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ArchiveJourneyTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task Task_IsExportedFromItsChat_AndImportedToBeRead(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(model => model.Always(AgentScript.Says("It is done.")));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Do it", Title = "Plums" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await page.Locator(".chat-header [aria-haspopup=menu]").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-action=export-zip]").ClickAsync());
        Assert.Equal($"Plums-{task.Id[^6..]}.zip", download.SuggestedFilename);
        var file = await download.PathAsync();

        await page.Locator("nav a[href=tasks]:visible").First.ClickAsync();
        var chosen = page.GetByTestId("import-task");
        await Expect(chosen).ToBeEnabledAsync();
        await chosen.SetInputFilesAsync(new FilePayload { Name = "wrong.zip", MimeType = "application/zip", Buffer = [1, 2, 3] });
        await Expect(page.GetByTestId("import-problem")).ToContainTextAsync("wrong.zip was not imported.");
        await Expect(page.GetByTestId("import-problem")).ToContainTextAsync("Nothing was stored.");
        await CheckAsync(page, "refused");

        await Expect(chosen).ToBeEnabledAsync();
        await chosen.SetInputFilesAsync(new FilePayload { Name = "plums.zip", MimeType = "application/zip", Buffer = await File.ReadAllBytesAsync(file) });
        await Expect(page).ToHaveURLAsync(new Regex(@"/chat\?taskId="));
        await Expect(page.GetByTestId("imported")).ToHaveTextAsync("Imported, read-only");
        await Expect(page.GetByTestId("imported-line")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("composer")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("It is done.");
        await CheckAsync(page, "imported");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Backup_IsMadeDownloadedAndDeleted_OnTheSettingsPage()
    {
        await using var program = await DashboardApplication.StartAsync();
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "settings");
        var section = page.GetByTestId("backups");
        await Expect(section).ToContainTextAsync("There is none yet.");
        await Expect(page.GetByTestId("retention")).ToContainTextAsync("kept until somebody deletes it");
        await Expect(page.GetByTestId("alerts-on")).ToBeEnabledAsync();

        await section.Locator("[data-action=backup-now]").ClickAsync();
        await Expect(section.Locator("[data-backup-id]")).ToHaveCountAsync(1);
        var download = await page.RunAndWaitForDownloadAsync(() => section.Locator("[data-action=download-backup]").ClickAsync());
        Assert.StartsWith("taskdashboard-", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.True(new FileInfo(await download.PathAsync()).Length > 1_000);
        await CheckAsync(page, "settings");

        await section.Locator("[data-action=delete-backup]").ClickAsync();
        await page.Locator(".rz-dialog-confirm button, .rz-dialog button").Filter(new() { HasText = "Delete" }).First.ClickAsync();
        await Expect(section.Locator("[data-backup-id]")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    private static async Task CheckAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        var found = result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}"));
        Assert.True(!found.Any(), string.Join(Environment.NewLine, found));
    }
}
