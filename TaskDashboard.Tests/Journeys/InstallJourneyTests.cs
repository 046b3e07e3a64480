using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>The pages as an app of the desktop: what a browser asks before it installs one, and the number on its icon.</summary>
[Collection(BrowserCollection.Name)]
public sealed class InstallJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task ThePages_CanBeInstalled_AndTheirIconsAreWhatTheManifestSays()
    {
        await using var program = await DashboardApplication.StartAsync();
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "tasks");
        var browser = await page.Context.NewCDPSessionAsync(page);

        // Pages of a test are private ones, which nothing is installed from; the browser finds nothing else to say.
        var problems = (await browser.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty("installabilityErrors").EnumerateArray()
            .Select(problem => problem.GetProperty("errorId").GetString()).Where(problem => problem != "in-incognito");
        Assert.Empty(problems);
        var read = (await browser.SendAsync("Page.getAppManifest"))!.Value;
        Assert.Empty(read.GetProperty("errors").EnumerateArray());

        var manifest = JsonElement.Parse(read.GetProperty("data").GetString()!);
        Assert.Equal(("TaskDashboard", "standalone", "/tasks"), (manifest.GetProperty("name").GetString(), manifest.GetProperty("display").GetString(), manifest.GetProperty("start_url").GetString()));
        var icons = manifest.GetProperty("icons").EnumerateArray().Where(icon => icon.GetProperty("type").GetString() == "image/png").ToList();
        Assert.Equal(["any 192x192", "any 512x512", "maskable 192x192", "maskable 512x512"], icons.Select(icon => $"{icon.GetProperty("purpose").GetString()} {icon.GetProperty("sizes").GetString()}").Order());
        foreach (var icon in icons)
        {
            var size = await page.EvaluateAsync<int[]>("async src => { const image = new Image(); image.src = src; await image.decode(); return [image.naturalWidth, image.naturalHeight]; }", icon.GetProperty("src").GetString());
            Assert.Equal(icon.GetProperty("sizes").GetString(), $"{size[0]}x{size[1]}");
        }

        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task ItsShortcuts_AreInTheLanguageOfWhoeverAsks_AndLeadWhereTheySay()
    {
        await using var program = await DashboardApplication.StartAsync();
        program.Client.DefaultRequestHeaders.Add("Accept-Language", "zh-CN");
        using var answer = await program.Client.GetAsync("manifest.webmanifest");
        Assert.Equal("application/manifest+json", answer.Content.Headers.ContentType!.MediaType);
        var shortcuts = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("shortcuts").EnumerateArray().ToList();
        Assert.Equal(["新建任务", "任务", "审批"], shortcuts.Select(shortcut => shortcut.GetProperty("name").GetString()));

        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(new Uri(program.Address, shortcuts[0].GetProperty("url").GetString()!).ToString());
        await Expect(page.Locator(".new-task-dialog textarea[name=message]")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/tasks$"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task TheNumberOnTheIcon_IsWhatRunsAndWhatNeedsAPerson_AndGoesWithTheLast()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("Wait", AgentScript.SaysAfter(gate.Task, "Done."))
            .For("Run", AgentScript.Calls(AgentScript.Call("run_command", ("command", "echo one"))), AgentScript.Says("Done."))
            .Play(model));
        var page = await browsers.OpenPageAsync();
        await page.AddInitScriptAsync("window.badges = []; navigator.setAppBadge = async count => { badges.push(count); }; navigator.clearAppBadge = async () => { badges.push(0); };");
        await page.GotoAsync(program.Address + "approvals");
        await UntilAsync(0);

        await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Wait for it" });
        await UntilAsync(1);
        await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Run it" });
        await Expect(page.Locator("[data-keys=ready] .request.open")).ToHaveCountAsync(1);
        await UntilAsync(2);
        gate.SetResult();
        await UntilAsync(1);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("a");
        await UntilAsync(0);
        await page.Context.DisposeAsync();

        Task UntilAsync(int count) => Eventually.TrueAsync(async () => await page.EvaluateAsync<int>("() => badges.at(-1) ?? -1") == count);
    }

    [Theory]
    [InlineData("light", "#ffffff", "#ffffff")]
    [InlineData("dark", "#1b1e24", "#1b1e24")]
    [InlineData("system", "#ffffff", "#1b1e24")]
    public async Task TheTitleBar_HasTheColourOfTheTheme_FromTheFirstPaintAndAfterAChoice(string theme, string byDay, string byNight)
    {
        await using var program = await DashboardApplication.StartAsync();
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "agents");
        await page.Locator($".rail-foot [data-theme-choice={theme}]").ClickAsync();
        foreach (var again in new[] { false, true })
        {
            if (again) await page.ReloadAsync();
            await Expect(page.Locator("meta[name=theme-color][media*=light]")).ToHaveAttributeAsync("content", byDay);
            await Expect(page.Locator("meta[name=theme-color][media*=dark]")).ToHaveAttributeAsync("content", byNight);
        }

        await page.Context.DisposeAsync();
    }
}
