using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Runs;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public sealed class RunPageTests : PageContext
{
    private static readonly CallAttempt Busy = new(100, "Overloaded.", 200, false);
    private static readonly CallAttempt Limited = new(400, "Too many requests.", 300, true);

    [Fact]
    public void FailedRun_SaysFirstWhatWentWrongWhere_AndWhatCameBefore()
    {
        var page = Open(ARun.With(RunOutcome.Failed, "2 tool calls in a row failed.", ARun.Model(1, attempts: [Busy, Limited]), ARun.Tool(2, "read_file", StepOutcome.Error, "There is no file a.txt."), ARun.Model(3), ARun.Tool(4, "read_file", StepOutcome.Error, "There is no file a.txt.")));

        var box = page.Find("[data-testid=fault]");
        Assert.Equal("Step 2 of 4 failed: the tool read_file", box.QuerySelector("h2")!.TextContent);
        Assert.Contains("There is no file a.txt.", box.TextContent, StringComparison.Ordinal);
        Assert.Contains("asked again 2 times", box.QuerySelector("[data-fact=retries]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 tool calls in a row failed, from this one on", box.QuerySelector("[data-fact=row]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Run 2 of 3", page.Find("[data-testid=run-number]").TextContent);
        Assert.Equal(["runs/run_0", "runs/run_2"], page.FindAll(".run-links [data-link]").Select(link => link.GetAttribute("href")!));
        page.Find("[data-action=open-fault]").Click();
        Assert.Contains("Step 2", page.Find("[data-testid=step-panel] h2").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void EachLine_SaysInWordsWhatItsBarShows()
    {
        var page = Open(ARun.With(RunOutcome.Completed, null, ARun.Model(1, attempts: [Busy]), ARun.Tool(2, "calculate")));

        var lines = page.FindAll("button.span-row");
        Assert.Equal(["Step 1, Answer of model, Done, 1 s, asked again once", "Waits for another attempt, 200 ms", "Step 2, calculate, Done, 1 s"], lines.Select(line => line.QuerySelector(".visually-hidden")!.TextContent));
        Assert.Equal("left: 0%; width: 50%", lines[0].QuerySelector(".span-bar")!.GetAttribute("style"));
        Assert.Equal("left: 40%", lines[0].QuerySelector(".first-token")!.GetAttribute("style"));
        Assert.Equal("left: 10%; width: 20%", lines[0].QuerySelector(".retry-mark")!.GetAttribute("style"));
        Assert.Equal(["1", "90", "10", "20"], page.FindAll(".run-charts tbody tr > *").Select(cell => cell.TextContent));
    }

    [Fact]
    public void Filters_LeaveWhatTheyName_AndSayWhereThereIsNothing()
    {
        var page = Open(ARun.With(RunOutcome.Completed, null, ARun.Model(1, attempts: [Busy]), ARun.Tool(2, "calculate"), ARun.Tool(3, "read_file", StepOutcome.Error, "No.")));

        page.Find("[data-filter=failed]").Click();
        Assert.Equal(["step_1", "step_3"], page.FindAll("button.span-row").Select(line => line.GetAttribute("data-span-id")));
        page.Find("[data-filter=tool]").Click();
        Assert.Equal(["step_2", "step_3"], page.FindAll("button.span-row").Select(line => line.GetAttribute("data-span-id")));
        page.Find("[data-filter=wait]").Click();
        Assert.Equal("wait", Assert.Single(page.FindAll("button.span-row")).GetAttribute("data-kind"));
        Assert.Equal("true", page.Find("[data-filter=wait]").GetAttribute("aria-pressed"));

        Assert.NotNull(Open(ARun.With(RunOutcome.Completed), "run_2").Find("[data-testid=run-nothing]"));
    }

    [Fact]
    public async Task ModelCall_OpensToWhatItSentAndReceived_AndIsComparedWithAnother()
    {
        Timelines.Exchanges["step_1"] = ARun.Exchange(1, "Be brief.", "Hello");
        Timelines.Exchanges["step_2"] = ARun.Exchange(2, "Be brief.", "Hello again");
        var page = Open(ARun.With(RunOutcome.Completed, null, ARun.Model(1), ARun.Model(2)));

        await page.FindAll("button.span-row")[1].ClickAsync(new());
        await Until(() => page.FindAll("[data-testid=exchange]").Count == 1);
        Assert.Equal("Hello number 2.", page.Find("[data-block=text] pre").TextContent);
        Assert.Equal("Hello number 2.", page.Find("[data-block=text] button").GetAttribute("data-copy-text"));
        await page.Find("[data-side=request]").ClickAsync(new());
        Assert.Equal(["Be brief.", "Hello again"], page.FindAll(".text-block pre").Select(text => text.TextContent));
        await page.Find("[data-side=raw]").ClickAsync(new());
        Assert.Contains("\"at_ms\": 400", page.Find("[data-block=raw] pre").TextContent, StringComparison.Ordinal);
        await page.Find("[data-side=compare]").ClickAsync(new());
        await page.Find("[name=compare-with]").ChangeAsync(new() { Value = "step_1" });
        await Until(() => page.FindAll("[data-testid=prompt-diff]").Count == 1);
        var diff = page.Find("[data-testid=prompt-diff]").TextContent;
        Assert.Contains("Hello again", diff, StringComparison.Ordinal);
        Assert.Contains("Be brief.", diff, StringComparison.Ordinal);
        await page.Find("[data-testid=step-panel]").KeyDownAsync(new KeyboardEventArgs { Key = "Escape" });
        await Until(() => page.FindAll("[data-testid=step-panel]").Count == 0);
    }

    [Fact]
    public async Task StepThatIsReadSlowly_IsNotShownUnderTheNextOne()
    {
        var slow = new TaskCompletionSource();
        Timelines.Held["step_1"] = slow.Task;
        Timelines.Exchanges["step_1"] = ARun.Exchange(1, "Be brief.");
        Timelines.Exchanges["step_2"] = ARun.Exchange(2, "Be brief.");
        var page = Open(ARun.With(RunOutcome.Completed, null, ARun.Model(1), ARun.Model(2)));
        await page.FindAll("button.span-row")[0].ClickAsync(new());
        await page.FindAll("button.span-row")[1].ClickAsync(new());
        await Until(() => page.FindAll("[data-block=text] pre").Count == 1);
        var drawn = page.FindComponent<StepPanel>().RenderCount;

        slow.SetResult();

        // What was read is drawn once more, whatever it was.
        await Until(() => page.FindComponent<StepPanel>().RenderCount > drawn);
        Assert.Equal("Hello number 2.", page.Find("[data-block=text] pre").TextContent);
    }

    [Fact]
    public async Task ToolCall_OpensToItsArgumentsAndResult_AndACallThatWasNotRecordedSaysSo()
    {
        Timelines.Calls["call_1"] = new RunCall("read_file", """{"path":"a.txt"}""", "One line.");
        var page = Open(ARun.With(RunOutcome.Completed, null, ARun.Tool(1, "read_file"), ARun.Model(2)));

        await page.FindAll("button.span-row")[0].ClickAsync(new());
        await Until(() => page.FindAll("[data-block=result]").Count == 1);
        Assert.Contains("\"path\": \"a.txt\"", page.Find("[data-block=arguments] pre").TextContent, StringComparison.Ordinal);
        Assert.Equal("One line.", page.Find("[data-block=result] pre").TextContent);
        await page.FindAll("button.span-row")[1].ClickAsync(new());
        await Until(() => page.FindAll("[data-testid=no-exchange]").Count == 1);
    }

    [Fact]
    public async Task LiveRun_GrowsWithItsEvents_AndEndsWithThem()
    {
        var page = Open(ARun.With(null));
        var log = new TaskLogBuilder();
        Assert.Equal("open", Assert.Single(page.FindAll("button.span-row")).GetAttribute("data-outcome"));
        log.RunBegan();
        log.Status(AgentTaskStatus.Running);

        Timelines.LaterSteps.Add(ARun.Model(1));
        Feed.Send(log.Called("call_2"));
        await Until(() => page.FindAll("button.span-row").Count == 2);
        Assert.Equal(["success", "open"], page.FindAll("button.span-row").Select(line => line.GetAttribute("data-outcome")));

        Timelines.Runs["run_1"] = ARun.With(RunOutcome.Completed, null, ARun.Model(1), ARun.Tool(2, "read_file"));
        Feed.Send(log.Returned("call_2"), log.RunEnded());
        await Until(() => page.Find("[data-testid=run-outcome]").TextContent.Contains("Completed", StringComparison.Ordinal));
        Assert.Equal(["success", "success"], page.FindAll("button.span-row").Select(line => line.GetAttribute("data-outcome")));
    }

    [Fact]
    public async Task Tree_ShowsTheRunsOfSubAgents_AndMarksTheCriticalPath()
    {
        var record = ARun.With(RunOutcome.Completed, null, ARun.Model(1), ARun.Tool(2, "spawn_task"));
        var root = new TimelineState(record).ToTimeline();
        Timelines.Tree = root with
        {
            Children = [root with { Run = root.Run with { RunId = "run_child", TaskId = "task_child" }, TaskTitle = "The child", ParentCallId = "call_2", Spans = [root.Spans[0] with { SpanId = "below" }], Children = [] }],
            CriticalPath = [new CriticalPiece("run_child", "below", ATask.Noon, 500)],
        };
        var page = Open(record);

        page.Find("[name=tree]").Change(true);
        await Until(() => page.FindAll(".span-run").Count == 1);
        Assert.Equal(("runs/run_child", "The child"), (page.Find(".span-run a").GetAttribute("href"), page.Find(".span-run a").TextContent));
        var critical = Assert.Single(page.FindAll("[data-critical=true]"));
        Assert.Equal("below", critical.GetAttribute("data-span-id"));
        Assert.Equal("left: 0%; width: 25%", critical.QuerySelector(".critical-mark")!.GetAttribute("style"));
        Assert.EndsWith("Critical path", critical.QuerySelector(".visually-hidden")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tree_InWhichModelsGaveTheirCallsTheSameId_IsShown()
    {
        var record = ARun.With(RunOutcome.Completed, null, ARun.Model(1), ARun.Tool(2, "spawn_task"));
        var root = new TimelineState(record).ToTimeline();
        RunTimeline Child(string runId) => root with { Run = root.Run with { RunId = runId, TaskId = runId }, ParentCallId = "call_2", Spans = [root.Spans[1] with { SpanId = "call_0", Index = null, StepId = null, DurationMs = null, Outcome = null }], Children = [] };
        Timelines.Tree = root with { Children = [Child("run_one"), Child("run_other")] };
        var page = Open(record);

        page.Find("[name=tree]").Change(true);

        await Until(() => page.FindAll("[data-span-id=call_0]").Count == 2);
    }

    [Fact]
    public void RunThatIsNotThere_IsSaidToBeMissing() =>
        Assert.Contains("There is no such run", Render<RunPage>(page => page.Add(one => one.RunId, "run_none")).Markup, StringComparison.Ordinal);

    [Fact]
    public void LongRun_DrawsOnlyWhatIsInSight()
    {
        var page = Open(ARun.With(RunOutcome.Completed, null, [.. Enumerable.Range(1, 500).Select(index => index % 2 == 1 ? ARun.Model(index) : ARun.Tool(index, "calculate"))]));

        Assert.NotEmpty(page.FindComponents<Microsoft.AspNetCore.Components.Web.Virtualization.Virtualize<App.ViewModels.Runs.WaterfallLine>>());
        Assert.InRange(page.FindAll(".run-charts tbody tr").Count, 1, 60);
    }

    private IRenderedComponent<RunPage> Open(RunRecord record, string runId = "run_1")
    {
        Timelines.Runs[runId] = record;
        return Render<RunPage>(page => page.Add(one => one.RunId, runId));
    }
}
