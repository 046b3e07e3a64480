using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Runs;

/// <summary>Bodies that break on any thread, never return or give back a mountain: each has a visible outcome and frees its slot.</summary>
public sealed class UnrulyToolTests
{
    [Fact]
    public async Task Tool_ThatThrows_IsAnErrorThatTheModelReads()
    {
        await using var engine = await StartAsync(_ => throw new InvalidOperationException("The tool broke."));
        var task = await engine.CreateAsync("Work");

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var result = (await ResultsAsync(engine, task)).Single();
        Assert.Equal((StepOutcome.Error, "The tool broke."), (result.Status, result.Content));
        await AssertFreeAsync(engine);
    }

    [Fact]
    public async Task Tool_WhoseThreadBreaks_FailsItsRunWithTheMessage_AndNothingElse()
    {
        await using var engine = await StartAsync(async token =>
        {
            new Thread(() => throw new InvalidOperationException("A thread broke.")).Start();
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });
        var other = await engine.CreateAsync("Other");
        var task = await engine.CreateAsync("Work");

        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Equal(ReasonCodes.Error, failed.Reason);
        Assert.Contains("A thread broke.", failed.ReasonText, StringComparison.Ordinal);
        Assert.Equal(AgentTaskStatus.Completed, (await engine.WaitForAsync(other.Id, row => row.Status.IsTerminal())).Status);
        Assert.True(engine.Services.GetRequiredService<ISelfCheck>().Current.Counters.StrayFailures > 0);
        await AssertFreeAsync(engine);
    }

    [Fact]
    public async Task Tool_ThatThrowsInAnAsyncVoid_FailsItsRunWithTheMessage()
    {
        await using var engine = await StartAsync(async token =>
        {
            ThreadPool.QueueUserWorkItem(_ => throw new InvalidOperationException("The pool broke."));
            await Task.Delay(Timeout.Infinite, token);
            return null;
        });
        var task = await engine.CreateAsync("Work");

        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Contains("The pool broke.", failed.ReasonText, StringComparison.Ordinal);
        await AssertFreeAsync(engine);
    }

    [Fact]
    public async Task Tool_ThatNeverReturns_IsLeftBehindAfterItsCancel_AndToldAsUnknown()
    {
        using var never = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        await using var engine = await StartAsync(_ =>
        {
            begun.SetResult();
            never.Wait(TimeSpan.FromMinutes(5), CancellationToken.None);
            return Task.FromResult<object?>("too late");
        });
        var task = await engine.CreateAsync("Work");
        await begun.Task.WaitAsync(Engine.Bound);

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);

        Assert.Equal(StepOutcome.Unknown, (await ResultsAsync(engine, task)).Single().Status);
        Assert.Equal(1, engine.Services.GetRequiredService<ISelfCheck>().Current.Counters.AbandonedCalls);
        await AssertFreeAsync(engine);

        // What it does when it comes back at last changes nothing.
        never.Set();
        Assert.Equal(ended.Version, (await engine.Reader.FindAsync(task.Id))!.Version);
    }

    [Fact]
    public async Task Tool_ThatNeverReturns_EndsWithTheTimeoutOfItsTask()
    {
        using var never = new ManualResetEventSlim();
        await using var engine = await StartAsync(_ =>
        {
            never.Wait(TimeSpan.FromMinutes(5), CancellationToken.None);
            return Task.FromResult<object?>("too late");
        });
        var task = await engine.CreateAsync("Work", command => command with { TimeoutS = 1 });

        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);

        Assert.Equal(ReasonCodes.Timeout, failed.Reason);
        await AssertFreeAsync(engine);
        never.Set();
    }

    [Fact]
    public async Task Tool_ThatAsksForMoreMemoryThanThereIs_IsAnError()
    {
        await using var engine = await StartAsync(_ => Task.FromResult<object?>(new long[int.MaxValue].Length));
        var task = await engine.CreateAsync("Work");

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(StepOutcome.Error, (await ResultsAsync(engine, task)).Single().Status);
        await AssertFreeAsync(engine);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tool_ThatGivesBackAMountain_IsCutWithANote(bool isFailure)
    {
        var mountain = new string('x', 50_000_000);
        await using var engine = await StartAsync(_ => isFailure ? throw new ToolException(mountain) : Task.FromResult<object?>(mountain));
        var task = await engine.CreateAsync("Work");

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var content = (await ResultsAsync(engine, task)).Single().Content;
        Assert.InRange(content.Length, ToolStep.MaxResultLength, ToolStep.MaxResultLength + 200);
        Assert.Contains("50,000,000 characters", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelThatNeverComesBack_IsLeftBehindAfterItsCancel()
    {
        var never = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, _) => ScriptedModelProvider.SayThenWait(["Half"], never.Task, CancellationToken.None)));
        var task = await engine.CreateAsync("Talk");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");

        await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);
        Assert.Equal(["Talk", "Half"], (await engine.Reader.ListMessagesAsync(task.Id, 0, 10)).Select(message => message.Text));
        await AssertFreeAsync(engine);
        never.SetResult();
    }

    private static async Task<Engine> StartAsync(Func<CancellationToken, Task<object?>> body)
    {
        var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(new UnrulyTools(("unruly", body))),
            new AgentScript().For("Work", Calls(Call("unruly")), Says("Done.")).For("Other", Says("Fine.")).Play);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["unruly"] });
        return engine;
    }

    private static async Task<List<ToolResultData>> ResultsAsync(Engine engine, AgentTask task) =>
        [.. (await engine.Reader.ListEventsAsync(task.Id, 0, 500)).Select(@event => @event.Data).OfType<ToolResultData>()];

    private static Task AssertFreeAsync(Engine engine) => Eventually.TrueAsync(() => engine.Services.GetRequiredService<RunSlots>().Busy == 0);
}
