using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace TaskDashboard.Tests.Journeys;

/// <summary>People type into what they see, before it is connected: letter by letter, as long as the page takes to come alive and a word longer.</summary>
[Collection(BrowserCollection.Name)]
public sealed class EarlyTypingJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task WhatIsTypedWhileThePageComesAlive_LosesNoLetter_AndIsSentOnce()
    {
        await using var program = await StartAsync();
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "chat", new() { WaitUntil = WaitUntilState.Commit });
        await page.GetByTestId("composer").FocusAsync();

        var typed = await TypeUntilAsync(page, "textarea[data-attached]");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex("taskId=task_"));
        await Expect(page.Locator("[data-kind=user]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-kind=user]")).ToHaveTextAsync(typed);
        Assert.Single((await program.Reader.ListAsync(new TaskQuery())).Items);
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task WhatIsTypedIntoTheSearchWhileTheListComesAlive_LosesNoLetter_AndIsSearchedFor()
    {
        await using var program = await StartAsync();
        var task = (await program.Tasks.CreateAsync(new CreateTask { AgentId = program.AgentId, Message = "Something to find" })).Task;
        await program.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync(program.Address + "tasks", new() { WaitUntil = WaitUntilState.Commit });
        await page.GetByTestId("task-search").FocusAsync();

        var typed = await TypeUntilAsync(page, ".task-table[data-keys]");

        await Expect(page).ToHaveURLAsync(new Regex($"[?&]q={Regex.Escape(Uri.EscapeDataString(typed))}(&|$)"));
        await Expect(page.GetByTestId("task-search")).ToHaveValueAsync(typed);
        await Expect(page.GetByTestId("task-search")).ToBeFocusedAsync();
        await Expect(page.Locator($"[data-task-id={task.Id}]")).ToHaveCountAsync(0);
        await page.Context.DisposeAsync();
    }

    private static Task<DashboardApplication> StartAsync() => DashboardApplication.StartAsync(model => new AgentScript().For("", AgentScript.Says("Done.")).Play(model));

    /// <summary>The keys go to whatever has the focus, and the letters are also those of the page's own keys.</summary>
    private static async Task<string> TypeUntilAsync(IPage page, string alive)
    {
        const string Word = " and on";
        var typed = new StringBuilder();
        for (var began = Stopwatch.GetTimestamp(); await page.Locator(alive).CountAsync() == 0 && Stopwatch.GetElapsedTime(began) < DashboardApplication.Bound;)
        {
            var letter = $"{(char)('a' + typed.Length % 26)}";
            typed.Append(letter);
            await page.Keyboard.TypeAsync(letter);
        }

        await page.Keyboard.TypeAsync(Word);
        return typed.Append(Word).ToString();
    }
}
