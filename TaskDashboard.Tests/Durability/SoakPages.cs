using Microsoft.Playwright;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Durability;

/// <summary>Five open pages: two show the list of tasks, three a chat each and go from task to task, as somebody does who looks after all of them.</summary>
internal sealed class SoakPages : IAsyncDisposable
{
    private const int Lists = 2;
    private const int Chats = 3;

    /// <summary>How many tasks a list may be behind: some seconds of them, on a machine that is busy.</summary>
    private const int AllowedLag = 40;

    private readonly List<IPage> lists = [];
    private readonly List<IPage> chats = [];
    private int turn;

    public static async Task<SoakPages> OpenAsync(BrowserFixture browsers, DashboardProcess program, SoakWorkload workload)
    {
        var pages = new SoakPages();
        for (var page = 0; page < Lists; page++) pages.lists.Add(await OpenAsync(browsers, new Uri(program.Address, "tasks")));
        for (var page = 0; page < Chats; page++) pages.chats.Add(await OpenAsync(browsers, new Uri(program.Address, $"chat?taskId={workload.Newest}")));
        return pages;
    }

    /// <summary>Lets one of the chat pages go to the newest task, without leaving its circuit.</summary>
    public Task GoOnAsync(SoakWorkload workload) =>
        chats[turn++ % chats.Count].EvaluateAsync("address => Blazor.navigateTo(address)", $"/chat?taskId={workload.Newest}");

    /// <summary>What is wrong with the pages, in a sentence; null when each shows what goes on.</summary>
    public async Task<string?> FindProblemAsync(SoakWorkload workload)
    {
        foreach (var page in lists.Concat(chats))
        {
            if (await page.Locator("#blazor-error-ui").IsVisibleAsync()) return $"The page {page.Url} broke.";
        }

        foreach (var page in lists)
        {
            var made = workload.Made;
            var shown = await page.EvaluateAsync<int>("() => Math.max(0, ...[...document.querySelectorAll('a')].map(link => Number(/^Soak (\\d+)/.exec(link.textContent.trim())?.[1] ?? 0)))");
            if (shown < made - AllowedLag) return $"The list shows Soak {shown}, and {made} tasks are made.";
        }

        return null;
    }

    /// <summary>Each chat page shows the whole of the newest task.</summary>
    public async Task ShowNewestAsync(SoakWorkload workload)
    {
        foreach (var page in chats)
        {
            await GoOnAsync(workload);
            await Expect(page.Locator("[data-kind=agent]").Last).ToContainTextAsync("task runs in the background");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in lists.Concat(chats)) await page.Context.DisposeAsync();
    }

    private static async Task<IPage> OpenAsync(BrowserFixture browsers, Uri address)
    {
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(address.ToString());
        await Expect(page.Locator("body")).ToContainTextAsync("Soak 0");
        return page;
    }
}
