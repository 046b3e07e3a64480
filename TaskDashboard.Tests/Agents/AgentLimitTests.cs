using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.ScriptedModelProvider;

namespace TaskDashboard.Tests.Agents;

/// <summary>What each run of an agent may use up.</summary>
public sealed class AgentLimitTests
{
    private static readonly AgentDefinition Agent = new() { Id = "agent_a", Name = "Assistant" };

    [Theory]
    [InlineData(3, 100, 3, "limits of the agent Assistant")]
    [InlineData(100, 3, 3, "TaskDashboard:Limits:MaxSteps")]
    [InlineData(null, 5, 5, "TaskDashboard:Limits:MaxSteps")]
    public void Smaller_IsTheOneThatHolds_AndSaysWhereItIsSet(int? ofAgent, int ofServer, int value, string place) =>
        Assert.Equal(new RunBound<int>(value, place), RunBound<int>.Smaller(Agent, ofAgent, "MaxSteps", ofServer));

    [Fact]
    public void Smaller_OfNothing_IsNoBound() => Assert.Null(RunBound<long>.Smaller(Agent, null, "MaxTokens", null));

    [Fact]
    public void Budget_IsReservedBeforeACall_AndSettledAfterIt()
    {
        var budget = new RunBudget(Agent with { Limits = new AgentLimits { MaxTokens = 1_000 } }, new LimitOptions());
        budget.Reserve();
        budget.Settle(new TaskUsage(300, 100, 0, null));
        budget.Reserve();
        budget.Settle(new TaskUsage(350, 0, 0, null));

        var refusal = Assert.Throws<RunLimitException>(budget.Reserve);

        Assert.Equal("The run has used 750 of the 1,000 tokens that it may use (limits of the agent Assistant), and its next model call would take at least 350. What it did until then is kept.", refusal.Message);
    }

    [Fact]
    public void Budget_ThatIsUsedUp_SaysHowMuchAndWhereItIsSet()
    {
        var tokens = new RunBudget(Agent, new LimitOptions { MaxTokens = 1_000 });
        tokens.Settle(new TaskUsage(1_200, 34, 0, null));
        Assert.Equal(
            "The run has used 1,234 tokens, and may use 1,000 (TaskDashboard:Limits:MaxTokens). What it did until then is kept.",
            Assert.Throws<RunLimitException>(tokens.Reserve).Message);

        var cost = new RunBudget(Agent with { Limits = new AgentLimits { MaxCost = 0.5m } }, new LimitOptions());
        cost.Settle(new TaskUsage(1, 1, 0, 0.25m));
        cost.Reserve();
        cost.Settle(new TaskUsage(1, 1, 0, 0.25m));
        Assert.Contains("cost 0.50 US dollars, and may cost 0.50 (limits of the agent Assistant)", Assert.Throws<RunLimitException>(cost.Reserve).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cost_WithoutAPrice_IsNotMadeUp()
    {
        var budget = new RunBudget(Agent with { Limits = new AgentLimits { MaxCost = 0.01m } }, new LimitOptions());
        budget.Settle(new TaskUsage(1_000_000, 1_000_000, 0, null));
        budget.Reserve();
    }

    [Fact]
    public async Task RunThatHasUsedUpItsTokens_EndsByItsLimit_AndKeepsWhatItDid()
    {
        await using var engine = await StartAsync(new AgentLimits { MaxTokens = 100 }, model => model.Always((messages, _, _) =>
            Play([Text("Working."), Call($"call_{messages.Count}", "calculate", ("expression", $"1+{messages.Count}")), Usage(30, 10)])));

        var task = await engine.WaitForAsync((await engine.CreateAsync("Sum")).Id, AgentTaskStatus.Failed);

        Assert.Equal(ReasonCodes.Limit, task.Reason);
        Assert.Contains("80 of the 100 tokens", task.ReasonText, StringComparison.Ordinal);
        Assert.Contains("limits of the agent Assistant", task.ReasonText, StringComparison.Ordinal);
        Assert.Equal(2, engine.Model.Calls.Count);
        Assert.Equal((60L, 20L), (task.Usage.Input, task.Usage.Output));

        // A further run has tokens of its own.
        await engine.Tasks.RetryAsync(task.Id);
        await engine.WaitForAsync(task.Id, again => again is { Status: AgentTaskStatus.Failed, RunCount: 2 });
        Assert.Equal(4, engine.Model.Calls.Count);
    }

    [Fact]
    public async Task LimitOfCost_ThatCannotBeHeld_IsLogged()
    {
        await using var engine = await StartAsync(new AgentLimits { MaxCost = 0.01m }, _ => { });

        await engine.WaitForAsync((await engine.CreateAsync("Hello")).Id, AgentTaskStatus.Completed);

        await Eventually.TrueAsync(() => engine.Logs.Lines.Any(line => line.Message.Contains("no price is known for scripted/model", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RunThatReachesItsSteps_SaysThatItsAgentSetThem()
    {
        await using var engine = await StartAsync(new AgentLimits { MaxSteps = 2 }, model => model.Always((messages, _, _) =>
            Play([Call($"call_{messages.Count}", "calculate", ("expression", $"1+{messages.Count}"))])));

        var task = await engine.WaitForAsync((await engine.CreateAsync("Sum")).Id, AgentTaskStatus.Failed);

        Assert.Equal("The run reached its limit of 2 model calls (limits of the agent Assistant).", task.ReasonText);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60)]
    public async Task RunThatIsTooLong_EndsWithTheAgentsTimeout_AlsoWhereTheTaskHasALongerOne(int? ofTask)
    {
        var time = new ManualTimeProvider();
        var never = new TaskCompletionSource();
        await using var engine = await StartAsync(new AgentLimits { TimeoutSeconds = 10 }, model => model.Always((_, _, token) => SayThenWait(["At it"], never.Task, token)), time);
        var task = await engine.CreateAsync("Wait", command => command with { TimeoutS = ofTask });
        await engine.WatchUntilAsync(task.Id, frame => frame is Core.Events.DeltaFrame);

        time.Advance(TimeSpan.FromSeconds(10));

        var failed = await engine.WaitForAsync(task.Id, AgentTaskStatus.Failed);
        Assert.Equal(ReasonCodes.Timeout, failed.Reason);
        Assert.Contains("limits of the agent Assistant", failed.ReasonText, StringComparison.Ordinal);
    }

    private static async Task<Engine> StartAsync(AgentLimits limits, Action<ScriptedModelProvider> script, TimeProvider? time = null)
    {
        var engine = await Engine.StartAsync(script, time: time);
        await engine.Services.GetRequiredService<IAgentStore>().ChangeAsync(engine.AgentId, agent => agent with { Limits = limits });
        return engine;
    }
}
