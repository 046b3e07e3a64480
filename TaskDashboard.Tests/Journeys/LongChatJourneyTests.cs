using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>A task with 10,000 events, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LongChatJourneyTests(BrowserFixture browsers)
{
    private const int MostNodes = 3_000;

    [Fact]
    public async Task ALongChat_OpensAtItsEnd_StaysSmall_KeepsItsPlace_AndLeadsAnywhere()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("", AgentScript.SaysAfter(gate.Task, "Something new at the end."))
            .Play(model));
        var taskId = await new TranscriptSeeder(program.Services.GetRequiredService<Store>()).AddAsync(10_000, program.AgentId, "scripted/model");
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GotoAsync($"{program.Address}chat?taskId={taskId}");

        // At its end, and small.
        await Expect(page.Locator("[data-kind=ending]")).ToBeInViewportAsync();
        await Expect(page.Locator(".chat-scroll[data-keys=ready]")).ToHaveCountAsync(1);
        await AssertSmallAsync(page);

        // Upwards: more comes, and nothing that is looked at moves by it.
        for (var time = 0; time < 4; time++)
        {
            var kept = await ScrollToUpperEdgeAsync(page);
            Assert.InRange(kept, -1.5, 1.5);
        }

        await AssertSmallAsync(page);
        await Expect(page.Locator("[data-kind=ending]")).ToHaveCountAsync(0);

        // What comes meanwhile is told of, and moves nothing.
        await program.Tasks.SendMessageAsync(taskId, new SendMessage("Go on"));
        var before = await TopAsync(page);
        gate.SetResult();
        await program.WaitForAsync(taskId, row => row is { Status: AgentTaskStatus.Completed, RunCount: > 0 });
        await Expect(page.Locator("[data-to-end]")).ToContainTextAsync("new");
        Assert.Equal(before, await TopAsync(page));

        // To both ends by key.
        await page.Locator(".chat-scroll").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(page.Locator("[data-kind=user]").First).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.GetByText("Something new at the end.")).ToBeInViewportAsync();

        // A word that stands at the very beginning.
        await page.Keyboard.PressAsync("Control+f");
        await Expect(page.GetByTestId("find")).ToBeFocusedAsync();
        await page.GetByTestId("find").FillAsync(TranscriptSeeder.FirstWord);
        await Expect(page.GetByTestId("find-count")).ToHaveTextAsync("1 of 1");
        await Expect(page.GetByText(TranscriptSeeder.FirstWord)).ToBeInViewportAsync();
        await page.WaitForFunctionAsync("() => CSS.highlights.get('chat-find')?.size === 1");

        // And one at the end of a long result in the middle of the log, in a fold.
        await page.GetByTestId("find").FillAsync(TranscriptSeeder.MiddleWord);
        await Expect(page.GetByTestId("find-count")).ToContainTextAsync("1 of");
        await page.WaitForFunctionAsync(
            """
            () => {
              const hit = [...CSS.highlights.get("chat-find") ?? []][0];
              const pre = hit?.startContainer.parentElement.closest("pre");
              const inside = box => { const place = hit.getBoundingClientRect(), frame = box.getBoundingClientRect(); return place.top >= frame.top && place.bottom <= frame.bottom; };
              return pre && inside(pre) && inside(document.querySelector(".chat-scroll"));
            }
            """);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("find-bar")).ToBeHiddenAsync();
        await page.Locator("[data-action=find]").ClickAsync();
        await page.Keyboard.TypeAsync("typed at once");
        await Expect(page.GetByTestId("find")).ToHaveValueAsync("typed at once");
        await Expect(page.GetByTestId("find-count")).ToHaveTextAsync("Not found");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".chat-scroll").FocusAsync();

        // From failure to failure, each opened.
        await page.Keyboard.PressAsync("]");
        var failure = page.Locator("[data-arrived].outcome-error[open]");
        await Expect(failure).ToBeInViewportAsync();
        var first = await failure.GetAttributeAsync("data-call-id");
        await page.Locator(".tool-row", new() { Has = failure }).Locator("[data-copy-link]").ClickAsync();
        await Expect(page.Locator("[data-copy-link][data-done]")).ToHaveCountAsync(1);
        var link = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        await failure.Locator("> summary").FocusAsync();
        await page.Keyboard.PressAsync("]");
        await Expect(page.Locator($"[data-arrived]:not([data-call-id={first}]).outcome-error[open]")).ToBeInViewportAsync();
        await AssertSmallAsync(page);

        // The link that was copied leads back there, and one to an entry far from both ends there.
        await page.GotoAsync(link);
        await Expect(page.Locator($"[data-arrived][data-call-id={first}]")).ToBeInViewportAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={taskId}&event=5000");
        await Expect(page.Locator("[data-arrived]")).ToBeInViewportAsync();
        await Expect(page.Locator("[data-edge]")).ToHaveCountAsync(2);
        await page.GotoAsync($"{program.Address}chat?taskId={taskId}&event=1000000");
        await Expect(page.GetByTestId("no-event")).ToContainTextAsync("1000000");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task WhoIsFarBackInALongChat_GoesFromHitToFailure_StaysThereOverAReload_AndComesBackToALiveEnd()
    {
        var gate = new TaskCompletionSource();
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript()
            .For("", AgentScript.SaysAfter(gate.Task, "Something new at the end."))
            .Play(model));
        var taskId = await new TranscriptSeeder(program.Services.GetRequiredService<Store>()).AddAsync(10_000, program.AgentId, "scripted/model");
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync($"{program.Address}chat?taskId={taskId}");
        await Expect(page.Locator("[data-kind=ending]")).ToBeInViewportAsync();
        await Expect(page.Locator(".chat-scroll[data-keys=ready]")).ToHaveCountAsync(1);

        // All failures of the log are counted, though it was not read.
        await Expect(page.Locator(".failure-count")).ToHaveTextAsync(new Regex(@"^\s*([2-9]\d\d|1000)\s*$"));
        var total = await page.Locator(".failure-count").TextContentAsync();

        // Words are found in all of it, and lead there.
        await page.Keyboard.PressAsync("Control+f");
        await page.GetByTestId("find").FillAsync("file1234.cs");
        await Expect(page.GetByTestId("find-count")).ToHaveTextAsync("1 of 1");
        await page.GetByTestId("find").FillAsync("File700.cs");
        await Expect(page.Locator("[data-arrived]")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".chat-scroll").FocusAsync();

        // The failure before it, which is far from the end as well.
        await page.Keyboard.PressAsync("[");
        var failure = page.Locator("[data-arrived].outcome-error[open]");
        await Expect(failure).ToBeInViewportAsync();
        var key = await failure.GetAttributeAsync("data-key");
        await Expect(page.Locator(".failure-count")).ToContainTextAsync($"/{total!.Trim()}");
        await AssertSmallAsync(page);

        // Loaded anew, the page is where it was.
        var before = await TopOfAsync(page, key!);
        await page.WaitForFunctionAsync(
            """
            () => {
              const noted = Object.entries(sessionStorage).find(([name]) => name.startsWith("reading:"))?.[1];
              const place = noted && JSON.parse(noted);
              const element = place && document.querySelector(`[data-key="${CSS.escape(place.key)}"]`);
              return !!element && Math.abs(element.getBoundingClientRect().top - document.querySelector(".chat-scroll").getBoundingClientRect().top - place.at) < 2;
            }
            """);
        await page.ReloadAsync();
        await Expect(page.Locator($"[data-key='{key}']")).ToBeInViewportAsync();
        await Expect(page.Locator(".chat-scroll[data-keys=ready]")).ToHaveCountAsync(1);
        await Eventually.TrueAsync(async () => Math.Abs(await TopOfAsync(page, key!) - before) <= 2);

        // What comes at the end is told of there, and is there once it is gone to.
        await program.Tasks.SendMessageAsync(taskId, new SendMessage("Go on"));
        await Expect(page.Locator("[data-to-end]")).ToContainTextAsync("new");
        await page.Locator("[data-to-end]").ClickAsync();
        await Expect(page.GetByText("Go on", new() { Exact = true })).ToBeInViewportAsync();
        gate.SetResult();
        await Expect(page.GetByText("Something new at the end.")).ToBeInViewportAsync();
        await AssertSmallAsync(page);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task ALongChat_IsReadUpwards_ToItsVeryBeginning_AndNothingJumps()
    {
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript().For("", AgentScript.Says("Done.")).Play(model));
        var taskId = await new TranscriptSeeder(program.Services.GetRequiredService<Store>()).AddAsync(4_000, program.AgentId, "scripted/model");
        var page = await browsers.OpenPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 900 } });
        await page.GotoAsync($"{program.Address}chat?taskId={taskId}");
        await Expect(page.Locator("[data-kind=ending]")).ToBeInViewportAsync();
        await Expect(page.Locator(".chat-scroll[data-keys=ready]")).ToHaveCountAsync(1);

        for (var time = 0; await page.Locator("[data-edge=earlier]").CountAsync() > 0; time++)
        {
            Assert.InRange(time, 0, 100);
            Assert.InRange(await ScrollToUpperEdgeAsync(page), -1.5, 1.5);
        }

        await AssertSmallAsync(page);
        await page.EvaluateAsync("() => document.querySelector('.chat-scroll').scrollTo(0, 0)");
        await Expect(page.Locator("[data-kind=user]").First).ToBeInViewportAsync();
        await Expect(page.GetByText(TranscriptSeeder.FirstWord)).ToHaveCountAsync(1);
        await page.Context.DisposeAsync();
    }

    private static async Task<double> TopOfAsync(IPage page, string key) =>
        await page.EvaluateAsync<double>("key => document.querySelector(`[data-key=\"${CSS.escape(key)}\"]`).getBoundingClientRect().top", key);

    /// <summary>Goes up until more comes, and says by how much what was looked at has moved on the screen since.</summary>
    private static async Task<double> ScrollToUpperEdgeAsync(IPage page) => await page.EvaluateAsync<double>(
        """
        async () => {
          const root = document.querySelector(".chat-scroll");
          const column = root.querySelector("[data-transcript]");
          const frame = () => new Promise(done => requestAnimationFrame(done));
          const edge = column.querySelector("[data-edge=earlier]");
          const label = edge.textContent;
          let anchor, before;
          const goUp = () => {
            root.scrollTop = 300;
            anchor = [...column.children].find(child => child.getBoundingClientRect().top >= root.getBoundingClientRect().top);
            before = anchor.getBoundingClientRect().top;
          };
          goUp();
          const late = performance.now() + 15000;
          while (column.querySelector("[data-edge=earlier]")?.textContent === label) {
            if (performance.now() > late) throw new Error(`Nothing came above within 15 s, at ${root.scrollTop} of ${root.scrollHeight}`);
            // A page that follows its end still, as it has not heard of the scrolling, goes back there.
            if (root.scrollTop > 300 + root.clientHeight) goUp();
            await frame();
          }
          await frame();
          return anchor.isConnected ? anchor.getBoundingClientRect().top - before : 1e6;
        }
        """);

    /// <summary>The first entry in sight, and where.</summary>
    private static Task<string> TopAsync(IPage page) => page.EvaluateAsync<string>(
        """
        () => {
          const root = document.querySelector(".chat-scroll");
          const first = [...root.querySelectorAll("[data-transcript] > *")].find(child => child.getBoundingClientRect().top >= root.getBoundingClientRect().top);
          return `${first.textContent.slice(0, 80)} ${Math.round(first.getBoundingClientRect().top - root.getBoundingClientRect().top)}`;
        }
        """);

    private static async Task AssertSmallAsync(IPage page) => Assert.InRange(await page.EvaluateAsync<int>("() => document.querySelectorAll('*').length"), 100, MostNodes);
}
