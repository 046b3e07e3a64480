using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

public class ReceiptTests : ChatContext
{
    private static readonly RestartReceipt Restart = new(12, 340, 2, [new InterruptedCall("c1", "read_file", "{}")], [new InterruptedCall("c2", "write_file", "{}")]);

    private EventFrame Interrupted(RunOutcome outcome) => Log.Event(new RunData("run_1", 1, RunCause.Start) { Outcome = outcome, OutcomeText = "The server ended.", Receipt = Restart });

    [Fact]
    public async Task ACancelledTask_SaysByWhomAndWhatWasStopped_TaskByTask()
    {
        var stop = new StopReceipt(ATask.Noon, "you") { AcknowledgedAt = ATask.Noon.AddMilliseconds(3), StoppedAt = ATask.Noon.AddMilliseconds(45), ProcessesReaped = 2 };
        var cancelled = ATask.With(status: AgentTaskStatus.Cancelled, lastSeq: 3) with { RunId = "run_1", Stop = stop };
        Store.Tasks.AddRange([cancelled, ATask.With("task_child", AgentTaskStatus.Cancelled, title: "Child", parent: "task_000001") with { Stop = stop with { AskedAt = ATask.Noon.AddMilliseconds(2), StoppedAt = ATask.Noon.AddMilliseconds(90), ProcessesReaped = 0 } }]);
        var page = await OpenAsync(cancelled);
        Feed.Send(Log.RunBegan(), Log.RunEnded(RunOutcome.Cancelled, "Cancelled by you."), Log.Status(AgentTaskStatus.Cancelled, AgentTaskStatus.Running, null, "Cancelled by you."));
        await UntilSaid(page, "[data-testid=stop-summary]", "2 stopped within 90 ms · 2 processes ended · 0 calls after the cancel");
        Assert.Contains("Cancelled by you.", page.Find("[data-kind=ending]").TextContent, StringComparison.Ordinal);

        await page.Find(".stop-receipt summary").ClickAsync(new MouseEventArgs());
        var lines = page.FindAll(".receipt-table tbody tr").Select(line => string.Join(" ", line.Children.Select(cell => cell.TextContent.Trim())));
        Assert.Equal(["A task +0 ms +3 ms +45 ms 2 0", "Child +2 ms +1 ms +88 ms 0 0"], lines);
    }

    [Fact]
    public async Task ARestart_IsALineInItsPlace_OpenWhereSomethingIsUnknown()
    {
        var page = await OpenAsync(ATask.With());
        Feed.Send(Log.RunBegan(), Log.Called("c1", "Read a.txt"), Interrupted(RunOutcome.Interrupted), Log.Status(AgentTaskStatus.Pending, AgentTaskStatus.Running, ReasonCodes.Slot, "It goes on."), Log.RunBegan("run_2", 2, RunCause.Recovery), Log.Said("m", "Going on"));
        await Until(() => page.FindAll("[data-kind=restart]").Count == 1 && page.FindAll("[data-kind=agent]").Count == 1);
        var receipt = page.Find("[data-kind=restart]");
        Assert.True(receipt.HasAttribute("open"));
        Assert.Contains("Interrupted by a restart · 12 entries kept · 1 with an unknown outcome", receipt.TextContent, StringComparison.Ordinal);
        Assert.Contains("Read a.txt — check before you repeat it", receipt.TextContent, StringComparison.Ordinal);
        Assert.Contains("340 characters of an unfinished answer", receipt.TextContent, StringComparison.Ordinal);
        Assert.Contains("write_file", receipt.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StepOutcome.Unknown, 0, 0)]
    [InlineData(StepOutcome.Unknown, 5_000, 1)]
    [InlineData(StepOutcome.Success, 0, 1)]
    public async Task ACallThatTheServerDidNotOutlive_ClaimsNoDuration(StepOutcome outcome, int milliseconds, int shown)
    {
        var page = await OpenAsync(ATask.With());
        Feed.Send(Log.RunBegan(), Log.Called("c1", "Read a.txt"), Log.Returned("c1", outcome, "So it was.", milliseconds));
        await Until(() => page.FindAll($".outcome-{outcome.ToString().ToLowerInvariant()}").Count == 1);
        Assert.Equal(shown, page.FindAll(".tool-call .tool-duration").Count);
    }

    [Fact]
    public async Task AnOrphan_SaysWhatIsKnown_AndRunsAgainWithOneClick()
    {
        var page = await OpenAsync(ATask.With(status: AgentTaskStatus.Failed, reason: ReasonCodes.Orphaned, text: "The server ended.", lastSeq: 3));
        Feed.Send(Log.RunBegan(), Interrupted(RunOutcome.Failed), Log.Status(AgentTaskStatus.Failed, AgentTaskStatus.Running, ReasonCodes.Orphaned, "The server ended."));
        await UntilSaid(page, ".ending [data-testid=restart-receipt]", "12 entries of this run");
        var again = page.Find(".ending [data-action=retry]");
        Assert.Equal("Run again", again.TextContent.Trim());
        await again.ClickAsync(new MouseEventArgs());
        Assert.Equal(["task_000001"], Tasks.Retried);
    }

    [Fact]
    public async Task AnAttemptThatFailed_SaysWhy_WhileTheNextOneIsAtWork()
    {
        var page = await OpenAsync(ATask.With() with { Attempt = 2, MaxAttempts = 3 });
        Feed.Send(Log.RunBegan(), Log.RunEnded(RunOutcome.Failed, "The provider is away."), Log.Status(AgentTaskStatus.Pending, AgentTaskStatus.Running, ReasonCodes.Retry, "Later."), Log.RunBegan("run_2", 2, RunCause.Retry), Log.Status(AgentTaskStatus.Running, AgentTaskStatus.Pending));
        await UntilSaid(page, "[data-kind=ending]", "The provider is away.");
        await UntilSaid(page, "header [data-testid=attempt]", "Attempt 2 of 3");
    }
}
