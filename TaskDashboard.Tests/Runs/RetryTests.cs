using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>Tasks with several attempts: what is tried again, what is seen of it meanwhile, and what can be done to it.</summary>
public sealed class RetryTests
{
    private readonly ManualTimeProvider time = new();

    [Fact]
    public async Task Attempts_AreRunsOfTheirOwn_AndTheWaitBetweenThemIsSeen()
    {
        await using var engine = await StartAsync(model => model.Then(Fails("A cable.", retryable: true)).Then(Fails("A cable again.", retryable: true)).Then(Says("Done.")));
        var task = await CreateAsync(engine, 3);

        for (var attempt = 1; attempt < 3; attempt++)
        {
            var waiting = await WaitForRetryAsync(engine, task.Id, attempt);
            Assert.Equal((AgentTaskStatus.Pending, 3), (waiting.Status, waiting.MaxAttempts));
            Assert.InRange(waiting.DueAt!.Value - time.GetUtcNow(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(300));
            Assert.StartsWith($"Attempt {attempt + 1} of 3 starts at ", waiting.ReasonText, StringComparison.Ordinal);
            time.Advance(waiting.DueAt!.Value - time.GetUtcNow());
        }

        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal((3, 3), (done.Attempt, done.RunCount));
        var runs = await engine.Reader.ListRunsAsync(task.Id, 0, 10);
        Assert.Equal([RunOutcome.Failed, RunOutcome.Failed, RunOutcome.Completed], runs.Select(run => run.Outcome!.Value));
        Assert.Equal([RunCause.Start, RunCause.Retry, RunCause.Retry], runs.Select(run => run.Cause));
        Assert.Equal("A cable.", runs[0].OutcomeText);
        var errors = (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<ErrorData>().ToList();
        Assert.Equal(["A cable.", "A cable again."], errors.Select(error => error.Text));
        Assert.All(errors, error => Assert.True(error.Retryable));
    }

    [Fact]
    public async Task LastAttempt_ThatFails_IsTheEnd()
    {
        await using var engine = await StartAsync(model => model.Always(Fails("A cable.", retryable: true)));
        var task = await CreateAsync(engine, 2);
        await AdvanceToRetryAsync(engine, task.Id, 1);

        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Equal((ReasonCodes.Provider, "A cable.", 2, 2), (failed.Reason, failed.ReasonText, failed.Attempt, failed.RunCount));
        Assert.Null(failed.DueAt);
    }

    [Fact]
    public async Task PermanentFailure_IsNotTriedAgain()
    {
        await using var engine = await StartAsync(model => model.Always(Fails("A bad key.")));

        var failed = await engine.WaitForAsync((await CreateAsync(engine, 5)).Id, AgentTaskStatus.Failed);

        Assert.Equal((ReasonCodes.Provider, 1), (failed.Reason, failed.RunCount));
    }

    [Fact]
    public async Task Limit_AndCancel_AreNotTriedAgain()
    {
        var never = new TaskCompletionSource();
        await using var engine = await StartAsync(
            model => model.Always(Calls(Call("calculate", ("expression", "1+1")))), ("Limits:MaxSteps", "3"));
        var limited = await engine.WaitForAsync((await CreateAsync(engine, 5)).Id, AgentTaskStatus.Failed);
        Assert.Equal((ReasonCodes.Limit, 1), (limited.Reason, limited.RunCount));

        engine.Model.Always(SaysAfter(never.Task, "Never."));
        var running = await CreateAsync(engine, 5);
        await engine.WaitForAsync(running.Id, AgentTaskStatus.Running);
        await engine.Tasks.CancelAsync(running.Id, CancelScope.Task, "you");
        var cancelled = await engine.WaitForAsync(running.Id, AgentTaskStatus.Cancelled);
        Assert.Equal(1, cancelled.RunCount);
    }

    [Fact]
    public async Task Cancel_WhileItWaitsForARetry_EndsItAtOnceAndForGood()
    {
        await using var engine = await StartAsync(model => model.Always(Fails("A cable.", retryable: true)));
        var task = await CreateAsync(engine, 5);
        await WaitForRetryAsync(engine, task.Id, 1);

        var receipt = await engine.Tasks.CancelAsync(task.Id, CancelScope.Task, "you");
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(AgentTaskStatus.Cancelled, receipt.Status);
        var cancelled = (await engine.Reader.FindAsync(task.Id))!;
        Assert.Equal((AgentTaskStatus.Cancelled, 1, 0), (cancelled.Status, cancelled.RunCount, cancelled.Stop!.CallsAfter));
        Assert.Single(engine.Model.Calls);
    }

    [Fact]
    public async Task Message_WhileItWaitsForARetry_IsReadByTheNextAttempt()
    {
        await using var engine = await StartAsync(model => model.Then(Fails("A cable.", retryable: true)).Then(Says("Done.")));
        var task = await CreateAsync(engine, 5);
        await WaitForRetryAsync(engine, task.Id, 1);

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Think of the cable"));
        var waiting = (await engine.Reader.FindAsync(task.Id))!;
        Assert.Equal((ReasonCodes.Retry, 1), (waiting.Reason, waiting.QueuedMessages));
        time.Advance(waiting.DueAt!.Value - time.GetUtcNow());
        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal((2, 2), (done.RunCount, engine.Model.Calls.Count));
        Assert.Equal("Think of the cable", engine.Model.Calls.Last()[^1].Text);
    }

    [Fact]
    public async Task Retry_WhileItWaitsForARetry_StartsAtOnce_AndCountsOn()
    {
        await using var engine = await StartAsync(model => model.Then(Fails("A cable.", retryable: true)).Then(Says("Done.")));
        var task = await CreateAsync(engine, 5);
        await WaitForRetryAsync(engine, task.Id, 1);

        await engine.Tasks.RetryAsync(task.Id);

        var done = await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal((2, 2), (done.Attempt, done.RunCount));
    }

    [Fact]
    public async Task Update_OfWhatItDependsOn_WhileItWaitsForARetry_KeepsItsDueTime()
    {
        await using var engine = await StartAsync(model => model.Then(Fails("A cable.", retryable: true)).Then(Says("Done.")));
        var task = await CreateAsync(engine, 5);
        var waiting = await WaitForRetryAsync(engine, task.Id, 1);

        var updated = await engine.Tasks.UpdateAsync(task.Id, new UpdateTask { DependsOn = [] });

        Assert.Equal((ReasonCodes.Retry, waiting.DueAt, waiting.ReasonText), (updated.Reason, updated.DueAt, updated.ReasonText));
        time.Advance(waiting.DueAt!.Value - time.GetUtcNow());
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Restart_WhileItWaitsForARetry_KeepsDueTimeAndAttempt()
    {
        await using var engine = await StartAsync(model => model.Always(Fails("A cable.", retryable: true)));
        var task = await CreateAsync(engine, 2);
        var waiting = await WaitForRetryAsync(engine, task.Id, 1);

        await using var next = await Engine.StartAsync(directory: engine.CopyAsLeftByAKill(), time: time);
        var found = (await next.Reader.FindAsync(task.Id))!;
        Assert.Equal((waiting.DueAt, 1, ReasonCodes.Retry), (found.DueAt, found.Attempt, found.Reason));
        time.Advance(waiting.DueAt!.Value - time.GetUtcNow());
        var done = await next.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal((2, RunCause.Retry), (done.Attempt, (await next.Reader.ListRunsAsync(task.Id, 0, 10))[1].Cause));
    }

    [Fact]
    public async Task Timeout_OfTheTask_EndsTheRun_AndIsTriedAgainWhereAttemptsAreLeft()
    {
        var never = new TaskCompletionSource();
        await using var engine = await StartAsync(model => model.Then(SaysAfter(never.Task, "Never.")).Then(Says("Done.")).Then(SaysAfter(never.Task, "Never.")));
        var task = await engine.CreateAsync("Work", command => command with { MaxAttempts = 2, TimeoutS = 7 });
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == 1);
        time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(AgentTaskStatus.Running, (await engine.Reader.FindAsync(task.Id))!.Status);

        time.Advance(TimeSpan.FromSeconds(0.2));
        await AdvanceToRetryAsync(engine, task.Id, 1);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var once = await engine.CreateAsync("Work once", command => command with { TimeoutS = 7 });
        await Eventually.TrueAsync(() => engine.Model.Calls.Count == 3);
        time.Advance(TimeSpan.FromSeconds(7));
        var failed = await engine.WaitForAsync(once.Id, AgentTaskStatus.Failed);
        Assert.Equal((ReasonCodes.Timeout, 1), (failed.Reason, failed.RunCount));
        Assert.Contains("timeout of 7 s (", failed.ReasonText, StringComparison.Ordinal);
    }

    private Task<Engine> StartAsync(Action<ScriptedModelProvider> script, params (string Key, string Value)[] settings) =>
        Engine.StartAsync(script, time: time, settings: settings);

    private static Task<AgentTask> CreateAsync(Engine engine, int maxAttempts) => engine.CreateAsync("Work", command => command with { MaxAttempts = maxAttempts });

    private static Task<AgentTask> WaitForRetryAsync(Engine engine, string taskId, int attempt) =>
        engine.WaitForAsync(taskId, task => task.Reason == ReasonCodes.Retry && task.Attempt == attempt);

    private async Task AdvanceToRetryAsync(Engine engine, string taskId, int attempt) =>
        time.Advance((await WaitForRetryAsync(engine, taskId, attempt)).DueAt!.Value - time.GetUtcNow());
}
