using Bunit;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

/// <summary>From wherever a task is shown there is a way to its run.</summary>
public sealed class RunLinkTests : ChatContext
{
    [Fact]
    public async Task Chat_LeadsToTheRun_InItsHeader_AtItsEnd_AndBesideIt()
    {
        Timelines.Runs["run_1"] = ARun.With(RunOutcome.Failed, "No.", ARun.Model(1), ARun.Tool(2, "read_file", StepOutcome.Error, "There is no file."));
        var page = await OpenAsync(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Error, text: "No.") with { RunId = "run_1" });
        Feed.Send(Log.RunBegan(), Log.RunEnded(RunOutcome.Failed, "No."), Log.Status(AgentTaskStatus.Failed, AgentTaskStatus.Running, ReasonCodes.Error, "No."));

        Assert.Equal("runs/run_1", page.Find("[data-testid=run-link]").GetAttribute("href"));
        await Until(() => page.FindAll("[data-testid=ending-run]").Count == 1);
        Assert.Equal(("runs/run_1", "Why did it fail? See the run"), (page.Find("[data-testid=ending-run]").GetAttribute("href"), page.Find("[data-testid=ending-run]").TextContent));

        Assert.Empty(page.FindAll(".run-panel-body"));
        await page.Find("[data-action=toggle-run]").ClickAsync(new());
        await Until(() => page.FindAll(".run-panel button.span-row").Count == 2);
        Assert.StartsWith("Step 2 of 2, read_file, failed: There is no file.", page.Find(".run-panel .step-error").TextContent, StringComparison.Ordinal);
        await page.FindAll(".run-panel button.span-row")[1].ClickAsync(new());
        await Until(() => Navigation.Uri.EndsWith("/runs/run_1?step=step_2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TaskWithoutARun_HasNoWayToOne()
    {
        var page = await OpenAsync(ATask.With(status: AgentTaskStatus.Pending, reason: ReasonCodes.Slot, text: "It waits."));

        Assert.Empty(page.FindAll("[data-testid=run-link], [data-testid=run-panel]"));
    }

    [Fact]
    public async Task MenuOfARow_LeadsToTheRun()
    {
        var menu = Render<TaskRowMenu>();

        await menu.InvokeAsync(() => menu.Instance.OpenAsync(ATask.With() with { RunId = "run_1" }, default));

        Assert.Equal("runs/run_1", menu.Find("[data-action=open-run]").GetAttribute("href"));
    }
}
