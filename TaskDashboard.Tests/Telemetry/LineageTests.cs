using System.Diagnostics;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>Every run stands below the tool call that spawned its task, whenever and wherever it begins.</summary>
public sealed class LineageTests
{
    private static AgentScript ThreeLevels => new AgentScript()
        .For("Top", Calls(Call("spawn_task", ("message", "Middle"))), Says("Top is done."))
        .For("Middle", Calls(Call("spawn_task", ("message", "Leaf"))), Says("Middle is done."))
        .For("Leaf", Says("Leaf is done."));

    [Theory]
    [InlineData("64")]
    [InlineData("1")]
    public async Task ThreeLevels_AreOneTrace_EachBelowTheCallThatSpawnedIt(string slots)
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, ThreeLevels.Play, settings: ("Limits:MaxConcurrentRuns", slots));
        var top = await engine.CreateAsync("Top");

        var runs = await telemetry.WaitForAsync("invoke_agent", 3);

        var middle = Assert.Single(await engine.Store.Reader.ListChildrenAsync(top.Id, default));
        var leaf = Assert.Single(await engine.Store.Reader.ListChildrenAsync(middle.Id, default));
        Assert.Single(runs.Select(run => run.TraceId).Distinct());
        Assert.Equal(default, Of(runs, top.Id).ParentSpanId);
        Assert.Equal(SpawnBy(telemetry, top.Id).SpanId, Of(runs, middle.Id).ParentSpanId);
        Assert.Equal(SpawnBy(telemetry, middle.Id).SpanId, Of(runs, leaf.Id).ParentSpanId);
        Assert.All(runs, run => Assert.Equal(top.Id, run.GetTagItem("task_dashboard.root_task.id")));
    }

    [Fact]
    public async Task Child_ThatBeginsAfterARestart_StillStandsBelowTheCallOfTheProcessBefore()
    {
        using var before = new RecordedTelemetry();
        using var after = new RecordedTelemetry();
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartWithAsync(before.Register, new AgentScript()
            .For("Top", Calls(Call("spawn_task", ("message", "Middle"))), Says("Top is done."))
            .For("Middle", Calls(Call("spawn_task", ("message", "Leaf"))), SaysAfter(never.Task, "Middle is done."))
            .For("Leaf", SaysAfter(never.Task, "Leaf is done.")).Play, settings: ("Limits:MaxConcurrentRuns", "1"));
        var top = await engine.CreateAsync("Top");

        // One slot, which the middle one keeps: the leaf has been made and waits in the queue.
        await Eventually.TrueAsync(() => before.Of("execute_tool").Count() == 2);
        await engine.StopAsync();

        await using var next = await Engine.StartWithAsync(after.Register, ThreeLevels.Play, directory: engine.DataDirectory);
        await next.WaitForAsync(top.Id, AgentTaskStatus.Completed);

        var middle = Assert.Single(await next.Store.Reader.ListChildrenAsync(top.Id, default));
        var leaf = Assert.Single(await next.Store.Reader.ListChildrenAsync(middle.Id, default));
        var (ofMiddle, ofLeaf) = ((await after.WaitForAsync("invoke_agent", 1, middle.Id))[0], Assert.Single(await after.WaitForAsync("invoke_agent", 1, leaf.Id)));
        Assert.Empty(before.Of("invoke_agent", leaf.Id));
        Assert.Equal((SpawnBy(before, middle.Id).TraceId, SpawnBy(before, middle.Id).SpanId), (ofLeaf.TraceId, ofLeaf.ParentSpanId));
        Assert.Equal((SpawnBy(before, top.Id).TraceId, SpawnBy(before, top.Id).SpanId), (ofMiddle.TraceId, ofMiddle.ParentSpanId));
        Assert.Equal([top.Id, top.Id], new[] { ofMiddle, ofLeaf }.Select(run => run.GetTagItem("task_dashboard.root_task.id")));
        Assert.Equal("interrupted", Of([.. before.Of("invoke_agent")], middle.Id).GetTagItem("task_dashboard.outcome"));
    }

    [Fact]
    public async Task Task_ThatATracedProgramMakes_StandsBelowTheProgramsSpan()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, model => model.Always(Says("Done.")));

        // As the web server has it, of a request with the header traceparent.
        using var request = new Activity("request").SetParentId("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").Start();
        await engine.CreateAsync("Go");
        request.Stop();

        var run = Assert.Single(await telemetry.WaitForAsync("invoke_agent", 1));
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (run.TraceId.ToHexString(), run.ParentSpanId.ToHexString()));
    }

    [Fact]
    public async Task Child_ThatIsMadeFromOutside_StandsBelowTheRunOfItsParent()
    {
        using var telemetry = new RecordedTelemetry();
        var end = new TaskCompletionSource();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, new AgentScript().For("Top", SaysAfter(end.Task, "Done.")).For("Child", Says("Done.")).Play);
        var top = await engine.CreateAsync("Top");
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == 1);
        var child = await engine.CreateAsync("Child", command => command with { ParentTaskId = top.Id });
        await telemetry.WaitForAsync("invoke_agent", 1, child.Id);
        end.SetResult();

        var runs = await telemetry.WaitForAsync("invoke_agent", 2);

        Assert.Equal(Of(runs, top.Id).SpanId, Of(runs, child.Id).ParentSpanId);
    }

    private static Activity Of(IReadOnlyList<Activity> runs, string taskId) => Assert.Single(runs, run => Equals(run.GetTagItem("task_dashboard.task.id"), taskId));

    private static Activity SpawnBy(RecordedTelemetry telemetry, string taskId) => Assert.Single(telemetry.Of("execute_tool", taskId), call => Equals(call.GetTagItem("gen_ai.tool.name"), "spawn_task"));
}
