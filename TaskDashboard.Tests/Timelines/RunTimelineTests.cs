using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Timelines;

/// <summary>Where the time of a run went, of runs that are over, and of runs that are not.</summary>
public sealed class RunTimelineTests
{
    [Fact]
    public async Task FailedRun_NamesTheFirstOfTheErrorsThatEndedIt_AndTheRetriesBefore()
    {
        await using var engine = await Engine.StartAsync(FailingRun.Play, settings: FailingRun.Limit);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Report")).Id, AgentTaskStatus.Failed);

        var timeline = await ReadAsync(engine, task.RunId!);
        Assert.Equal(12, timeline.Spans.Count(span => span.Index is not null));
        var fault = timeline.Fault!;
        Assert.Equal((7, SpanKind.Tool, "read_file", 2, 3), (fault.Index, fault.Kind, fault.Name, fault.RetriesBefore, fault.FailuresInARow));
        Assert.Contains(FailingRun.MissingFile, fault.Error, StringComparison.Ordinal);
        Assert.StartsWith("Step 7 of 12, read_file, failed: ", fault.Text, StringComparison.Ordinal);
        Assert.Contains("asked again 2 times", fault.Text, StringComparison.Ordinal);
        Assert.Contains("3 times in a row", fault.Text, StringComparison.Ordinal);

        var call = timeline.Spans.Single(span => span.Index == 6);
        Assert.Equal((SpanKind.Model, 2), (call.Kind, call.Retries));
        Assert.Equal([ReasonCodes.Retry, ReasonCodes.RateLimit], timeline.Spans.Where(span => span.ParentId == call.SpanId).Select(span => span.Name));
        Assert.Equal(["The provider answered 503.", "The provider answered 429."], timeline.Spans.Where(span => span.ParentId == call.SpanId).Select(span => span.Title));
        Assert.StartsWith("Read", timeline.Spans.Single(span => span.Index == 7).Title, StringComparison.Ordinal);
        Assert.Equal(timeline.Spans.Where(span => span.ParentId is null).Select(span => span.StartedAt).Order(), timeline.Spans.Where(span => span.ParentId is null).Select(span => span.StartedAt));
    }

    [Fact]
    public async Task FailureOfAProvider_IsItsModelCall_WhateverToolsFailedBefore()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("Go", Calls(Call("read_file", ("path", "none.txt"))), Fails("A bad key.")).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Go")).Id, AgentTaskStatus.Failed);

        var fault = (await ReadAsync(engine, task.RunId!)).Fault!;
        Assert.Equal((3, SpanKind.Model, "A bad key."), (fault.Index, fault.Kind, fault.Error));
        Assert.Equal("Step 3 of 3, scripted/model, failed: A bad key.", fault.Text);
    }

    [Fact]
    public void WaitForMoney_IsOne_HoweverOftenItsFiguresWereToldAnew()
    {
        var record = ARun.With(null);
        RunFact At(long seq, AgentTaskStatus status, string reason, AgentTaskStatus before) => new(seq, ATask.Noon.AddSeconds(seq), new StatusData(status, reason, $"{seq} are spent.", before));
        var timeline = new TimelineState(record with
        {
            Facts =
            [
                .. record.Facts,
                At(3, AgentTaskStatus.Waiting, ReasonCodes.Budget, AgentTaskStatus.Running),
                .. Enumerable.Range(4, 20).Select(seq => At(seq, AgentTaskStatus.Waiting, ReasonCodes.Budget, AgentTaskStatus.Waiting)),
                At(30, AgentTaskStatus.Running, ReasonCodes.Model, AgentTaskStatus.Waiting),
            ],
        }).ToTimeline();

        var wait = Assert.Single(timeline.Spans, span => span.Kind == SpanKind.Wait);
        Assert.Equal((ReasonCodes.Budget, 27_000), (wait.Name, wait.DurationMs));
    }

    [Fact]
    public async Task Run_ThatWaitsForAPerson_ShowsTheWaitInItsCall_Open_AndOverOnceAnswered()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("Ask", Calls(Call("ask_user", ("question", "Which?"), ("options", new[] { "a", "b" }))), Says("Thanks.")).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Ask")).Id, AgentTaskStatus.Waiting);

        var open = await ReadAsync(engine, task.RunId!);
        var tool = open.Spans.Single(span => span.Kind == SpanKind.Tool);
        var wait = open.Spans.Single(span => span.Kind == SpanKind.Wait);
        Assert.Null(tool.DurationMs);
        Assert.Equal((ReasonCodes.Question, null, tool.SpanId, task.OpenRequests.Single().RequestId), (wait.Name, wait.DurationMs, wait.ParentId, wait.RequestId));
        Assert.Null(open.Fault);

        await engine.Services.GetRequiredService<Core.Requests.IRequestService>().AnswerAsync(task.OpenRequests.Single().RequestId, new Core.Requests.RequestAnswer("a"), "you");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        var over = await ReadAsync(engine, task.RunId!);
        Assert.All(over.Spans, span => Assert.NotNull(span.DurationMs));
        Assert.Equal(over.Spans.Single(span => span.Kind == SpanKind.Tool).SpanId, over.Spans.Single(span => span.Kind == SpanKind.Wait).ParentId);
    }

    [Fact]
    public async Task State_AdvancedByEvents_SaysWhatIsReadAnewAtEveryMoment()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript().For("Go", Calls(Call("calculate", ("expression", "1+1"))), SaysAfter(gate.Task, "Done.")).Play);
        var task = await engine.CreateAsync("Go");
        var reader = engine.Services.GetRequiredService<ITimelineReader>();
        await engine.WaitForAsync(task.Id, row => row is { Status: AgentTaskStatus.Running, Usage: not null, RunCount: 1 });
        var runId = (await engine.Reader.FindAsync(task.Id))!.RunId!;
        var state = new TimelineState((await reader.FindAsync(runId))!);
        gate.SetResult();

        await foreach (var frame in engine.Feed.WatchTaskAsync(task.Id, state.LastSeq, new CancellationTokenSource(Engine.Bound).Token))
        {
            if (frame is not EventFrame { Event: var told }) continue;
            switch (state.TakeIn(told))
            {
                case TimelineNews.Steps: state.TakeIn(await reader.ListStepsAsync(runId, state.LastStep)); break;
                case TimelineNews.Ended: state.TakeIn((await reader.FindAsync(runId))!); break;
            }
        }

        Assert.True(state.IsOver);
        var (followed, read) = (state.ToTimeline(), await ReadAsync(engine, runId));
        Assert.Equal(read.Spans.Select(span => (span.SpanId, span.DurationMs)), followed.Spans.Select(span => (span.SpanId, span.DurationMs)));
        Assert.Equal(read.Run.Outcome, followed.Run.Outcome);
    }

    [Fact]
    public async Task OpenModelCall_IsASpan_UntilItsStepIsThere()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => ScriptedModelProvider.SayThenWait(["At it"], never.Task, token)));
        var task = await engine.CreateAsync("Go");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        var span = Assert.Single((await ReadAsync(engine, (await engine.Reader.FindAsync(task.Id))!.RunId!)).Spans, span => span.Kind != SpanKind.Wait);
        Assert.Equal((SpanKind.Model, null, null), (span.Kind, span.DurationMs, span.Outcome));
    }

    [Fact]
    public async Task Tree_HasTheRunsOfChildren_AndAPathThroughTheOneThatWasWaitedFor()
    {
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Root", Calls(Call("spawn_task", ("message", "Child"), ("name", "kid"))), Says("I wait."), Says("Done."))
            .For("Child", Calls(Call("calculate", ("expression", "1+1"))), Says("Two.")).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Root")).Id, AgentTaskStatus.Completed);
        var runId = (await engine.Reader.ListRunsAsync(task.Id, 0, 10))[0].RunId;

        var tree = (await engine.Services.GetRequiredService<ITimelineReader>().FindTreeAsync(runId))!;
        var child = Assert.Single(tree.Children!);
        Assert.Equal(runId, child.ParentRunId);
        Assert.Equal("Child", child.TaskTitle);
        Assert.Contains(tree.Spans, span => span.CallId == child.ParentCallId);
        Assert.Empty(child.Children!);
        Assert.NotEmpty(tree.CriticalPath!);
        var known = tree.Spans.Concat(child.Spans).Select(span => span.SpanId).ToHashSet();
        Assert.All(tree.CriticalPath!, piece => Assert.Contains(piece.SpanId, known));
        for (var index = 1; index < tree.CriticalPath!.Count; index++)
        {
            Assert.True(tree.CriticalPath[index].StartedAt >= tree.CriticalPath[index - 1].StartedAt.AddMilliseconds(tree.CriticalPath[index - 1].DurationMs));
        }
    }

    [Fact]
    public async Task Runs_OfOneTask_KnowEachOther_AndNothingOfOneIsInTheOther()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("Go", Calls(Call("calculate", ("expression", "1+1"))), Says("Done."), Says("Again.")).Play);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Go")).Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("More"));
        task = await engine.WaitForAsync(task.Id, row => row is { RunCount: 2, Status: AgentTaskStatus.Completed });
        var runs = await engine.Reader.ListRunsAsync(task.Id, 0, 10);

        var (first, second) = (await ReadAsync(engine, runs[0].RunId), await ReadAsync(engine, runs[1].RunId));
        Assert.Equal((null, runs[1].RunId, 2), (first.PreviousRunId, first.NextRunId, first.RunCount));
        Assert.Equal((runs[0].RunId, null), (second.PreviousRunId, second.NextRunId));
        Assert.Equal(3, first.Spans.Count(span => span.Kind != SpanKind.Wait));
        Assert.Single(second.Spans, span => span.Kind != SpanKind.Wait);
        Assert.Null(await engine.Services.GetRequiredService<ITimelineReader>().FindAsync("run_none"));
    }

    private static async Task<RunTimeline> ReadAsync(Engine engine, string runId) =>
        new TimelineState((await engine.Services.GetRequiredService<ITimelineReader>().FindAsync(runId))!).ToTimeline();
}
