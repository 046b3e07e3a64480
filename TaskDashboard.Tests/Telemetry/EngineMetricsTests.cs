using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>What is measured, and that it stays small: no attribute holds an id.</summary>
public sealed class EngineMetricsTests
{
    [Fact]
    public async Task Run_IsMeasuredByTheConventions()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, new AgentScript().For("Go", Calls(Call("calculate", ("expression", "1+1"))), Says("Two.")).Play);
        await engine.CreateAsync("Go");
        await telemetry.WaitForAsync("invoke_agent", 1);

        // Its span ends first.
        await Eventually.TrueAsync(() => telemetry.Measurements.Any(one => one.Name == "gen_ai.invoke_agent.duration"));
        var measured = telemetry.Measurements;
        Assert.Equal(2, measured.Count(one => one.Name == "gen_ai.client.operation.duration" && Equals(one["gen_ai.operation.name"], "chat") && Equals(one["gen_ai.request.model"], "model") && one["error.type"] is null));
        Assert.Equal(2, measured.Count(one => one.Name == "gen_ai.client.operation.time_to_first_chunk"));
        Assert.Equal([("input", 10d), ("output", 1d)], measured.Where(one => one.Name == "gen_ai.client.token.usage").Select(one => ((string)one["gen_ai.token.type"]!, one.Value)).Order());
        var run = Assert.Single(measured, one => one.Name == "gen_ai.invoke_agent.duration");
        Assert.Equal(("Assistant", "completed"), (run["gen_ai.agent.name"], run["task_dashboard.outcome"]));
        var tool = Assert.Single(measured, one => one.Name == "gen_ai.execute_tool.duration");
        Assert.Equal(("calculate", "completed"), (tool["gen_ai.tool.name"], tool["task_dashboard.outcome"]));
        Assert.Single(measured, one => one.Name == "task_dashboard.queue.wait");
        Assert.Contains(measured, one => one.Name == "task_dashboard.store.commit.duration");
        Assert.All(measured.Where(one => one.Name == "task_dashboard.store.batch.size"), one => Assert.True(one.Value >= 1));
        var duration = Assert.Single(telemetry.Of("invoke_agent")).Duration.TotalSeconds;
        Assert.Equal(duration, run.Value, 5);
    }

    [Fact]
    public async Task WaitForASlot_IsMeasured()
    {
        using var telemetry = new RecordedTelemetry();
        var time = new ManualTimeProvider();
        var end = new TaskCompletionSource();
        await using var engine = await Engine.StartWithAsync(
            telemetry.Register, new AgentScript().For("First", SaysAfter(end.Task, "Done.")).For("Second", Says("Done.")).Play, time: time, settings: ("Limits:MaxConcurrentRuns", "1"));
        await engine.CreateAsync("First");
        var second = await engine.CreateAsync("Second");
        time.Advance(TimeSpan.FromSeconds(42));
        end.SetResult();
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);

        Assert.Equal([0d, 42d], telemetry.Measurements.Where(one => one.Name == "task_dashboard.queue.wait").Select(one => Math.Round(one.Value)));
    }

    [Fact]
    public async Task WhatStandsSomewhere_IsReadWhenSomebodyAsks()
    {
        using var telemetry = new RecordedTelemetry();
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartWithAsync(
            telemetry.Register, new AgentScript().For("Done", Says("Done.")).For("Long", (_, _, token) => ScriptedModelProvider.SayThenWait(["Half"], never.Task, token)).For("Ask", Calls(Call("ask_user", ("question", "Which?")))).Play,
            settings: ("Limits:MaxConcurrentRuns", "1"));
        await engine.WaitForAsync((await engine.CreateAsync("Done")).Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync((await engine.CreateAsync("Ask")).Id, AgentTaskStatus.Waiting);
        var running = await engine.CreateAsync("Long");
        await engine.WatchUntilAsync(running.Id, frame => frame is DeltaFrame);
        await engine.CreateAsync("Long");

        var seen = telemetry.Observe();

        double Of(string name, string? status = null) => Assert.Single(seen, one => one.Name == name && (status is null || Equals(one["task_dashboard.task.status"], status))).Value;
        Assert.Equal([1, 1, 1, 1, 0, 0], new[] { "pending", "running", "waiting", "completed", "failed", "cancelled" }.Select(status => Of("task_dashboard.tasks", status)));
        Assert.Equal([1, 1, 1, 1], new[] { "task_dashboard.tasks.needing_you", "task_dashboard.slots.busy", "task_dashboard.slots.limit", "task_dashboard.queue.length" }.Select(name => Of(name)));
        Assert.Equal([0, 0, 0, 0], new[] { "task_dashboard.calls_after_cancel", "task_dashboard.abandoned_calls", "task_dashboard.store.failed_commits", "task_dashboard.feed.resyncs" }.Select(name => Of(name)));
        Assert.True(Of("task_dashboard.feed.frames") > 0);
    }

    [Fact]
    public async Task Attributes_HoldNoIds()
    {
        using var telemetry = new RecordedTelemetry();
        await using var engine = await Engine.StartWithAsync(telemetry.Register, new AgentScript()
            .For("Top", Calls(Call("spawn_task", ("message", "Leaf")), Call("no_such_tool_1"), Call("no_such_tool_2")), Says("Done.")).For("Leaf", Fails("No.")).Play);
        await engine.CreateAsync("Top");
        await telemetry.WaitForAsync("invoke_agent", 2);

        var values = telemetry.Measurements.Concat(telemetry.Observe()).SelectMany(one => one.Tags).Select(tag => tag.Value?.ToString() ?? "").ToHashSet();
        Assert.NotEmpty(values);
        Assert.DoesNotContain(values, value => value.Contains("task_0", StringComparison.Ordinal) || value.Contains("run_0", StringComparison.Ordinal) || value.Contains("agent_0", StringComparison.Ordinal) || value.Contains("call_", StringComparison.Ordinal) || value.Contains("no_such", StringComparison.Ordinal));
    }
}
