using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>Blocks of code in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class CodeColourJourneyTests(BrowserFixture browsers)
{
    private const string Marked = """
        kind => [...CSS.highlights.get(`code-${kind}`)].map(mark => {
          const range = document.createRange();
          range.setStart(mark.startContainer, mark.startOffset);
          range.setEnd(mark.endContainer, mark.endOffset);
          return range.toString();
        })
        """;

    [Fact]
    public async Task Code_IsColouredWhileItStreamsIn_WithoutAnElementMore_AndLosesItsMarksWithThePage()
    {
        var gate = new TaskCompletionSource();
        const string begun = "Look:\n\n```csharp\n// what it is\npublic string Name() => \"a \\\" b\";\n";
        const string rest = "return 42;\n```\n\n```none\nreturn 43;\n```\n\n<b>Done</b>.";
        await using var program = await DashboardApplication.StartAsync(model => new AgentScript().For("Write", AgentScript.SaysAfter(gate.Task, rest, begun)).Play(model));
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Write it" })).Task;
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?taskId={task.Id}");
        await UntilAsync(page, "keyword", "public", "string");

        gate.SetResult();
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await UntilAsync(page, "keyword", "public", "string", "return");
        await UntilAsync(page, "comment", "// what it is");
        await UntilAsync(page, "string", "\"a \\\" b\"");
        await UntilAsync(page, "number", "42");
        await UntilAsync(page, "name", "Name");
        await Expect(page.Locator("code-block code").First).ToHaveTextAsync("// what it is\npublic string Name() => \"a \\\" b\";\nreturn 42;\n");
        await Expect(page.Locator("code-block code *")).ToHaveCountAsync(0);

        await page.Locator(".rail a[href=agents]").ClickAsync();
        await Expect(page.Locator(".agent-card").First).ToBeVisibleAsync();
        await UntilAsync(page, "keyword");
        await page.Context.DisposeAsync();
    }

    private static async Task UntilAsync(IPage page, string kind, params string[] texts) =>
        await page.WaitForFunctionAsync($"([kind, texts]) => JSON.stringify(({Marked})(kind)) === JSON.stringify(texts)", new object[] { kind, texts }, new() { Timeout = 5_000 });
}
