using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Attachments;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Files on their way from a browser to an agent, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AttachmentJourneyTests(BrowserFixture browsers)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1400, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task TextAndImage_AreAttachedSentAndShown_AndTheBuiltinModelReadsTheText(ColorScheme scheme, int width, int height)
    {
        await using var program = await DashboardApplication.StartAsync(realModels: true, settings: ("Providers:builtin:PaceMilliseconds", "0"));
        var page = await browsers.OpenPageAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(program.Address + "chat");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();
        await page.GetByTestId("attach-files").SetInputFilesAsync([File("notes.txt", "the ferry leaves at nine"), Pixel, File("empty.txt", "")]);
        await Expect(page.Locator(".attachment-chip[data-state=ready] .chip-name")).ToHaveTextAsync(["notes.txt", "pixel.png"]);
        await Expect(page.Locator(".attachment-chip[data-state=failed] .chip-problem")).ToHaveTextAsync("It is empty.");
        await CheckAsync(page, "chips");

        // What could not be attached is not silently left out.
        await page.GetByTestId("composer").FillAsync("read attachment notes.txt");
        await page.GetByTestId("composer").PressAsync("Enter");
        await Expect(page.Locator(".attachments [role=alert]")).ToHaveTextAsync("Remove the files that could not be attached, then send.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove empty.txt" }).ClickAsync();

        // The draft outlives a reload, files and all.
        await page.ReloadAsync();
        await Expect(page.Locator(".attachment-chip .chip-name")).ToHaveTextAsync(["notes.txt", "pixel.png"]);
        await Expect(page.GetByTestId("composer")).ToHaveValueAsync("read attachment notes.txt");
        await page.GetByTestId("composer").PressAsync("Enter");

        await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("the ferry leaves at nine");
        foreach (var reload in new[] { false, true })
        {
            if (reload) await page.ReloadAsync();
            await Expect(page.Locator(".attached-file .chip-name")).ToHaveTextAsync("notes.txt");
            await Expect(page.GetByAltText("pixel.png")).ToBeVisibleAsync();
            await Expect(page.GetByAltText("pixel.png")).ToHaveJSPropertyAsync("naturalWidth", 1);
            await Expect(page.Locator(".attachment-chip")).ToHaveCountAsync(0);
        }

        var opened = await page.Context.RunAndWaitForPageAsync(() => page.Locator(".attached-file").ClickAsync());
        await Expect(opened.Locator("body")).ToHaveTextAsync("the ferry leaves at nine");
        await CheckAsync(page, "transcript");
        Assert.False(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth"));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task DroppedAndPastedFiles_GoIntoTheQueue_WithAPaperclip()
    {
        var never = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], never.Task, token)));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Begin" })).Task;
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();

        await page.EvaluateAsync(Transfer("drop", "dragover", "document.querySelector('.chat-scroll')", "dropped.md"));
        await page.EvaluateAsync(Transfer("paste", null, "document.querySelector('textarea')", "pasted.md"));
        await Expect(page.Locator(".attachment-chip[data-state=ready] .chip-name")).ToHaveTextAsync(["dropped.md", "pasted.md"]);
        await page.GetByTestId("composer").FillAsync("Later");
        await page.GetByTestId("composer").PressAsync("Enter");

        await Expect(page.Locator(".queued-files")).ToContainTextAsync("2 files");
        await Expect(page.Locator(".attachment-chip")).ToHaveCountAsync(0);
        Assert.Equal(["dropped.md", "pasted.md"], (await program.Tasks.ListQueuedAsync(task.Id)).Single().Attachments!.Select(file => file.Name));
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task NewTask_TakesFilesAlong()
    {
        await using var program = await DashboardApplication.StartAsync();
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat");
        await Expect(page.Locator("textarea[data-attached]")).ToBeVisibleAsync();

        // From a page that is alive already: before that a button is only a picture of one.
        await page.Locator("nav a[href=tasks]").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New Task" }).ClickAsync();
        await page.Locator("textarea[name=message]").FillAsync("Read it");
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Attach files" }).ClickAsync());
        await chooser.SetFilesAsync(File("plan.md", "# Plan"));
        await Expect(page.Locator(".attachment-chip[data-state=ready]")).ToHaveCountAsync(1);
        await CheckAsync(page, "new task");

        await page.Locator("[data-action=start-and-open]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"/chat\?taskId="));

        await Expect(page.Locator(".attached-file .chip-name")).ToHaveTextAsync("plan.md");
        await page.Context.DisposeAsync();
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(text) };

    private static FilePayload Pixel => new() { Name = "pixel.png", MimeType = "image/png", Buffer = AttachmentSamples.Png };

    /// <summary>What a browser tells of a file that is dragged in or pasted.</summary>
    private static string Transfer(string type, string? before, string target, string name) => $$"""
        () => {
          const data = new DataTransfer();
          data.items.add(new File(["# Text"], "{{name}}", { type: "text/markdown" }));
          const told = type => type === "paste"
            ? new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
          for (const type of [{{(before is null ? "" : $"\"{before}\", ")}}"{{type}}"]) {{target}}.dispatchEvent(told(type));
        }
        """;

    private static async Task CheckAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        var found = result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id} at {node.Html}: {string.Join(" ", node.Any.Select(check => check.Message))}"));
        Assert.True(!found.Any(), string.Join(Environment.NewLine, found));
    }
}
