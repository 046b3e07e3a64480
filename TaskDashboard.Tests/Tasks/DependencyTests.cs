using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>A task that starts after others: when it does, and what their ends mean for it.</summary>
public sealed class DependencyTests
{
    private readonly TaskCompletionSource gate = new();

    [Fact]
    public async Task Dependent_StartsAfterTheLastOfItsDependenciesHasEnded()
    {
        var second = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Slow", SaysAfter(second.Task, "At last.")).For("Quick", SaysAfter(gate.Task, "Done.")).For("Then", Says("Now.")).Play);
        var quick = await engine.CreateAsync("Quick work");
        var slow = await engine.CreateAsync("Slow work");
        var then = await engine.CreateAsync("Then this", After(quick, slow));

        Assert.Equal((AgentTaskStatus.Pending, ReasonCodes.Dependency, "It starts after “Quick work”, “Slow work”."), (then.Status, then.Reason, then.ReasonText));
        gate.SetResult();
        var waiting = await engine.WaitForAsync(then.Id, task => task.ReasonText == "It starts after “Slow work”.");
        Assert.Equal([DependencyState.Completed, DependencyState.Open], waiting.DependsOn.Select(edge => edge.State));
        second.SetResult();
        var done = await engine.WaitForAsync(then.Id, AgentTaskStatus.Completed);

        Assert.Equal([DependencyState.Completed, DependencyState.Completed], done.DependsOn.Select(edge => edge.State));
        Assert.True(await FirstIdAsync(engine, then.Id, AgentTaskStatus.Running) > await FirstIdAsync(engine, slow.Id, AgentTaskStatus.Completed));
    }

    [Theory]
    [InlineData("fail", DependencyFailure.Fail, "It depends on “First”, which failed.")]
    [InlineData("cancel", DependencyFailure.Fail, "It depends on “First”, which was cancelled.")]
    [InlineData("delete", DependencyFailure.Fail, "It depends on “First”, which was cancelled.")]
    [InlineData("fail", DependencyFailure.Continue, null)]
    [InlineData("cancel", DependencyFailure.Continue, null)]
    [InlineData("delete", DependencyFailure.Continue, null)]
    public async Task Dependency_ThatDoesNotComplete_FailsItsDependentUnlessThatIsToGoOn(string end, DependencyFailure onFailure, string? text)
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", FailsAfter(gate.Task, "No.")).For("Then", Says("Now.")).Play);
        var first = await engine.CreateAsync("First");
        var then = await engine.CreateAsync("Then this", command => command with { DependsOn = [new TaskDependency(first.Id, onFailure)] });

        if (end == "fail") gate.SetResult();
        else if (end == "cancel") await engine.Tasks.CancelAsync(first.Id, CancelScope.Task, "you");
        else await engine.Tasks.DeleteAsync(first.Id, "you");
        var ended = await engine.WaitForAsync(then.Id, task => task.Status.IsTerminal());

        Assert.Equal(text is null ? AgentTaskStatus.Completed : AgentTaskStatus.Failed, ended.Status);
        Assert.Equal(text is null ? null : ReasonCodes.Dependency, ended.Reason);
        Assert.Equal(text, ended.ReasonText);
        Assert.Equal(DependencyState.Failed, ended.DependsOn.Single().State);
        Assert.Equal(text is null ? 1 : 0, ended.RunCount);
        if (text is not null) await AssertEndedOnceAsync(engine, then.Id, AgentTaskStatus.Failed);
    }

    [Theory]
    [InlineData("Works", DependencyFailure.Fail, AgentTaskStatus.Completed)]
    [InlineData("Breaks", DependencyFailure.Continue, AgentTaskStatus.Completed)]
    [InlineData("Breaks", DependencyFailure.Fail, AgentTaskStatus.Failed)]
    public async Task Create_AfterATaskThatHasEnded_StartsOrFailsAtOnce(string message, DependencyFailure onFailure, AgentTaskStatus expected)
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("Works", Says("Yes.")).For("Breaks", Fails("No.")).For("Then", Says("Now.")).Play);
        var first = await engine.CreateAsync(message);
        await engine.WaitForAsync(first.Id, task => task.Status.IsTerminal());

        var created = await engine.CreateAsync("Then this", command => command with { DependsOn = [new TaskDependency(first.Id, onFailure)] });
        var ended = await engine.WaitForAsync(created.Id, task => task.Status.IsTerminal());

        Assert.Equal(AgentTaskStatus.Pending, created.Status);
        Assert.NotEmpty(created.ReasonText!);
        Assert.Equal(expected, ended.Status);
        await AssertEndedOnceAsync(engine, created.Id, expected);
    }

    [Fact]
    public async Task Diamond_RunsItsTipOnce_AndFailsItOnceWhenBothSidesFail()
    {
        await using var engine = await Engine.StartAsync(new AgentScript()
            .For("Top", SaysAfter(gate.Task, "Top.")).For("Left", Says("Left.")).For("Right", Says("Right.")).For("Tip", Says("Tip."))
            .For("Broken", FailsAfter(gate.Task, "No.")).Play);
        var (top, tip) = await DiamondAsync(engine, "Top");
        var (broken, brokenTip) = await DiamondAsync(engine, "Broken");

        gate.SetResult();
        var done = await engine.WaitForAsync(tip.Id, AgentTaskStatus.Completed);
        await engine.WaitForAsync(brokenTip.Id, AgentTaskStatus.Failed);

        Assert.Equal(1, done.RunCount);
        await AssertEndedOnceAsync(engine, tip.Id, AgentTaskStatus.Completed);
        await AssertEndedOnceAsync(engine, brokenTip.Id, AgentTaskStatus.Failed);
    }

    [Fact]
    public async Task Failure_WithAttemptsLeft_DoesNotReachTheDependents()
    {
        await using var engine = await Engine.StartAsync(
            model => model.Then(Fails("A cable.", retryable: true)), settings: ("Limits:RetryDelaySeconds", "0.05"));
        var first = await engine.CreateAsync("First", command => command with { MaxAttempts = 2 });
        var then = await engine.CreateAsync("Then", After(first));

        var done = await engine.WaitForAsync(then.Id, task => task.Status.IsTerminal());

        Assert.Equal(AgentTaskStatus.Completed, done.Status);
        Assert.Equal(2, (await engine.Reader.FindAsync(first.Id))!.Attempt);
    }

    [Fact]
    public async Task Cancel_OfADependent_LeavesItsDependencyAlone_AndItsEndNeverStartsIt()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", SaysAfter(gate.Task, "Done.")).Play);
        var first = await engine.CreateAsync("First");
        var then = await engine.CreateAsync("Then", After(first));

        var receipt = await engine.Tasks.CancelAsync(then.Id, CancelScope.Tree, "you");
        Assert.Equal((1, AgentTaskStatus.Cancelled), (receipt.CancelledCount, receipt.Status));
        gate.SetResult();
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);

        var cancelled = (await engine.Reader.FindAsync(then.Id))!;
        Assert.Equal((AgentTaskStatus.Cancelled, 0), (cancelled.Status, cancelled.RunCount));
        Assert.Equal(cancelled.Stop!.AskedAt, cancelled.Stop.StoppedAt);
    }

    [Fact]
    public async Task Retry_OfATaskThatFailedWithItsDependency_RunsItWithoutWaitingAgain()
    {
        await using var engine = await Engine.StartAsync(new AgentScript().For("First", Fails("No.")).For("Then", Says("Now.")).Play);
        var first = await engine.CreateAsync("First");
        var then = await engine.CreateAsync("Then", After(first));
        await engine.WaitForAsync(then.Id, AgentTaskStatus.Failed);

        await engine.Tasks.RetryAsync(then.Id);

        Assert.Equal(1, (await engine.WaitForAsync(then.Id, AgentTaskStatus.Completed)).RunCount);
    }

    private static Func<CreateTask, CreateTask> After(params AgentTask[] others) =>
        command => command with { DependsOn = [.. others.Select(other => new TaskDependency(other.Id))] };

    private static async Task<(AgentTask Top, AgentTask Tip)> DiamondAsync(Engine engine, string message)
    {
        var top = await engine.CreateAsync(message);
        var left = await engine.CreateAsync("Left", After(top));
        var right = await engine.CreateAsync("Right", After(top));
        return (top, await engine.CreateAsync("Tip", After(left, right)));
    }

    private static async Task<long> FirstIdAsync(Engine engine, string taskId, AgentTaskStatus status) =>
        (await engine.Reader.ListEventsAsync(taskId, 0, 100)).First(@event => @event.Data is StatusData data && data.Status == status).Id;

    private static async Task AssertEndedOnceAsync(Engine engine, string taskId, AgentTaskStatus status)
    {
        var ends = (await engine.Reader.ListEventsAsync(taskId, 0, 100)).Select(@event => @event.Data).OfType<StatusData>().Where(data => data.Status.IsTerminal());
        Assert.Equal([status], ends.Select(data => data.Status));
    }
}
