using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Changes;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.WorkDirs;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

public class ChangesPanelTests : ChatContext
{
    private static readonly FileChanges Some = new(
        [
            new FileChange("readme.txt", FileChangeKind.Modified) { Added = 1, Removed = 1 },
            new FileChange("new.bin", FileChangeKind.Added) { Binary = true },
        ], 1, 1, null);

    [Fact]
    public async Task Chat_WithACallThatChangesFiles_HasThePanel_WhichIsReadWhenItIsOpened()
    {
        Changes.Changes = Some;
        Changes.Diffs["readme.txt"] = "@@ -1,1 +1,1 @@\n-<b>old</b>\n+new";
        var page = await OpenAsync(ATask.With());
        Assert.Empty(page.FindAll(".changes"));

        Feed.Send(Log.Event(new ToolUseData("call_1", "write_file", System.Text.Json.JsonElement.Parse("{}"), "Write readme.txt")));
        Feed.Send(Log.Event(new ToolResultData("call_1", StepOutcome.Success, "Done.", 5)));
        await Until(() => page.FindAll(".changes").Count == 1);
        Assert.Equal(("false", 0), (page.Find(".changes-toggle").GetAttribute("aria-expanded"), Changes.Reads));

        await page.Find(".changes-toggle").ClickAsync(new MouseEventArgs());
        await Until(() => page.FindAll(".change").Count == 2);
        Assert.Equal("+1 −1", page.Find(".changes-toggle .diff-count").TextContent);
        await page.Find(".change[data-kind=modified] summary").ClickAsync(new MouseEventArgs());
        await Until(() => page.FindAll(".diff-text").Count == 2);
        Assert.Equal(["<b>old</b>", "new"], page.FindAll(".diff-text").Select(line => line.TextContent));
        Assert.Empty(page.FindAll(".diff-text b"));

        await page.Find(".change[data-kind=added] summary").ClickAsync(new MouseEventArgs());
        Assert.Contains("not text", page.Find(".change[data-kind=added]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Panel_ReadsAgain_WhenAnotherCallHasEnded_AndOnlyWhileItIsOpen()
    {
        var panel = Render<ChangesPanel>(it => it.Add(one => one.TaskId, "task_000001").Add(one => one.Calls, 1));
        await panel.Find(".changes-toggle").ClickAsync(new MouseEventArgs());
        await Until(() => panel.Markup.Contains("Nothing has changed", StringComparison.Ordinal));
        Changes.Changes = Some;

        panel.Render(it => it.Add(one => one.TaskId, "task_000001").Add(one => one.Calls, 2));
        await Until(() => panel.FindAll(".change").Count == 2);
        panel.Render(it => it.Add(one => one.TaskId, "task_000001").Add(one => one.Calls, 2));
        await panel.Find(".changes-toggle").ClickAsync(new MouseEventArgs());
        panel.Render(it => it.Add(one => one.TaskId, "task_000001").Add(one => one.Calls, 3));

        Assert.Equal(2, Changes.Reads);
    }

    [Fact]
    public async Task Panel_ThatCannotRead_SaysSo()
    {
        Changes.Failure = new IOException("gone");
        var panel = Render<ChangesPanel>(it => it.Add(one => one.TaskId, "task_000001").Add(one => one.Calls, 1));

        await panel.Find(".changes-toggle").ClickAsync(new MouseEventArgs());

        await Until(() => panel.Markup.Contains("could not be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, null, "in a sandbox (bubblewrap)")]
    [InlineData(false, null, "without a sandbox")]
    [InlineData(false, "bubblewrap (bwrap) is not installed.", "bubblewrap (bwrap) is not installed.")]
    public void SettingsPage_SaysHowCommandsRun(bool isOn, string? sandboxProblem, string words)
    {
        Sandbox.State = new SandboxState(isOn, sandboxProblem);

        Assert.Contains(words, Render<SettingsPage>().Markup, StringComparison.Ordinal);
    }
}
