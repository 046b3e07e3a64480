using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Requests;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Approvals;

/// <summary>Policies and rules: who is asked, and who has decided already.</summary>
public sealed class ApprovalRuleTests
{
    private static AgentScript Acts => new AgentScript().For("Work", Calls(Call("act", ("what", "sweep"))), Says("Done."));

    private static readonly string[] Listed = ["act"];

    public static TheoryData<string, ApprovalPolicy, bool> Policies => new()
    {
        { "by risk", new ApprovalPolicy(), true },
        { "by another risk", new ApprovalPolicy { AskFor = [ToolRisk.Network] }, false },
        { "always", new ApprovalPolicy { Mode = ApprovalMode.AskAlways }, true },
        { "not listed", new ApprovalPolicy { Mode = ApprovalMode.AllowListed }, true },
        { "listed", new ApprovalPolicy { Mode = ApprovalMode.AllowListed, AllowedTools = Listed }, false },
        { "all", new ApprovalPolicy { Mode = ApprovalMode.AllowAll }, false },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Policy_DecidesWhetherAPersonIsAsked(string name, ApprovalPolicy policy, bool asks)
    {
        Assert.NotEmpty(name);
        await using var asking = await AskingEngine.StartAsync(Acts, policy);
        var task = await asking.Engine.CreateAsync("Work");

        var settled = await asking.Engine.WaitForAsync(task.Id, row => row.Status is AgentTaskStatus.Completed or AgentTaskStatus.Waiting);

        Assert.Equal(asks ? AgentTaskStatus.Waiting : AgentTaskStatus.Completed, settled.Status);
    }

    [Theory]
    [InlineData(ApprovalScope.Task, false, false)]
    [InlineData(ApprovalScope.Agent, true, false)]
    [InlineData(ApprovalScope.Always, true, true)]
    public async Task Scope_SaysWhoIsNotAskedAgain(ApprovalScope scope, bool sameAgent, bool otherAgent)
    {
        await using var asking = await AskingEngine.StartAsync(Acts);
        var first = await asking.Engine.CreateAsync("Work");
        await asking.AnswerAsync(Assert.Single(await asking.OpenAsync(first.Id)), "allow", answer => answer with { Scope = scope });
        await asking.Engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        var other = await asking.AddAgentAsync();

        Assert.Equal(sameAgent, await IsDoneUnaskedAsync(asking, asking.Engine.AgentId));
        Assert.Equal(otherAgent, await IsDoneUnaskedAsync(asking, other));
    }

    [Fact]
    public async Task Rule_IsAboutTheSameCallOnly_UnlessItSaysMore()
    {
        await using var asking = await AskingEngine.StartAsync(Acts);
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Pattern = "mop", Scope = ApprovalScope.Always, By = "you" });
        Assert.False(await IsDoneUnaskedAsync(asking, asking.Engine.AgentId));

        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Pattern = "sw*", Scope = ApprovalScope.Always, By = "you" });
        Assert.True(await IsDoneUnaskedAsync(asking, asking.Engine.AgentId));
    }

    [Fact]
    public async Task Rule_AnswersEveryOpenApprovalThatItIsAbout()
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript()
            .For("Work", Calls(Call("act", ("what", "sweep"))), Says("Done."))
            .For("Mop", Calls(Call("act", ("what", "mop"))), Says("Done.")));
        var sweeping = new List<AgentTask>();
        for (var count = 0; count < 5; count++) sweeping.Add(await asking.Engine.CreateAsync("Work"));
        var mopping = await asking.Engine.CreateAsync("Mop");
        foreach (var task in sweeping.Append(mopping)) await asking.OpenAsync(task.Id);

        var first = (await asking.Requests.ListAsync(new RequestQuery { TaskId = sweeping[0].Id }))[0];
        var answered = await asking.AnswerAsync(first, "allow", answer => answer with { Scope = ApprovalScope.Agent });

        Assert.Equal(4, answered.AlsoAnswered);
        foreach (var task in sweeping) await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(5, asking.Effects.Count);
        Assert.Equal(mopping.Id, Assert.Single(await asking.Requests.ListAsync(new RequestQuery())).TaskId);
    }

    [Fact]
    public async Task RefusingRule_WinsOverAllowingOnes_AndTheModelIsTold()
    {
        await using var asking = await AskingEngine.StartAsync(Acts, new ApprovalPolicy { Mode = ApprovalMode.AllowAll });
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Scope = ApprovalScope.Always, By = "you" });
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Pattern = "sweep", Allows = false, Scope = ApprovalScope.Agent, AgentId = asking.Engine.AgentId, By = "you" });
        var task = await asking.Engine.CreateAsync("Work");

        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(asking.Effects);
        Assert.Equal("Denied by a rule of you: act sweep. Do without it.", Assert.Single(await asking.ResultsAsync(task.Id)).Content);
    }

    [Fact]
    public async Task RevokedRule_IsAskedAgain_AlsoAfterARestart()
    {
        await using var first = await AskingEngine.StartAsync(Acts);
        var (kept, _) = await first.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Scope = ApprovalScope.Always, By = "you" });
        var (revoked, _) = await first.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "calculate", Scope = ApprovalScope.Always, By = "you" });
        Assert.True(await first.Rules.RemoveAsync(revoked.RuleId));
        Assert.False(await first.Rules.RemoveAsync(revoked.RuleId));
        await first.Engine.StopAsync();

        await using var second = await AskingEngine.StartAsync(Acts, directory: first.Engine.DataDirectory);

        Assert.Equal(kept, Assert.Single(second.Rules.List()));
        Assert.True(await IsDoneUnaskedAsync(second, second.Engine.AgentId));
        await second.Rules.RemoveAsync(kept.RuleId);
        Assert.False(await IsDoneUnaskedAsync(second, second.Engine.AgentId));
    }

    [Fact]
    public async Task RuleOfATask_GoesAwayWithTheTask()
    {
        await using var asking = await AskingEngine.StartAsync(Acts);
        var task = await asking.Engine.CreateAsync("Work");
        await asking.AnswerAsync(Assert.Single(await asking.OpenAsync(task.Id)), "allow", answer => answer with { Scope = ApprovalScope.Task });
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Single(asking.Rules.List());

        await asking.Engine.Tasks.DeleteAsync(task.Id, "you");

        Assert.Empty(asking.Rules.List());
    }

    [Fact]
    public async Task SubTask_IsAskedWhereTheAgentAboveItWouldBe_HoweverLaxItsOwnAgentIs()
    {
        await using var asking = await AskingEngine.StartAsync(
            new AgentScript()
                .For("Lead", Calls(Call("spawn_task", ("message", "Work"), ("agent", "Lax"))), Says("Done."))
                .For("Work", Calls(Call("act", ("what", "sweep"))), Says("Done.")),
            tools: ["act", "spawn_task"]);
        await asking.AddAgentAsync("Lax", new ApprovalPolicy { Mode = ApprovalMode.AllowAll });
        var lead = await asking.Engine.CreateAsync("Lead");

        var parked = await asking.Engine.WaitForAsync(lead.Id, row => row.Reason == ReasonCodes.Subtasks);
        var child = (await asking.Engine.Reader.ListTreeAsync(parked.Id)).Single(row => row.ParentTaskId == lead.Id);
        await asking.AnswerAsync(Assert.Single(await asking.OpenAsync(child.Id)), "allow");

        await asking.Engine.WaitForAsync(lead.Id, AgentTaskStatus.Completed);
        Assert.Equal(["sweep"], asking.Effects);
    }

    private static async Task<bool> IsDoneUnaskedAsync(AskingEngine asking, string agentId, string order = "Work")
    {
        var task = await asking.Engine.CreateAsync(order, with => with with { AgentId = agentId });
        return (await asking.Engine.WaitForAsync(task.Id, row => row.Status is AgentTaskStatus.Completed or AgentTaskStatus.Waiting)).Status == AgentTaskStatus.Completed;
    }

    [Fact]
    public async Task RuleOfAnEditedCall_IsAboutWhatWasLetThrough_NotAboutWhatTheAgentWanted()
    {
        await using var asking = await AskingEngine.StartAsync(Acts.For("List", Calls(Call("act", ("what", "ls"))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");
        await asking.AnswerAsync(Assert.Single(await asking.OpenAsync(task.Id)), "allow", answer => answer with
        {
            Scope = ApprovalScope.Agent,
            Arguments = System.Text.Json.JsonSerializer.SerializeToElement(new { what = "ls" }),
        });
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.False(await IsDoneUnaskedAsync(asking, asking.Engine.AgentId));
        Assert.True(await IsDoneUnaskedAsync(asking, asking.Engine.AgentId, "List"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("rm build/*")]
    public async Task RuleOfTheSameCall_TakesAStarInItToTheLetter(string? pattern)
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript()
            .For("Clean", Calls(Call("act", ("what", "rm build/*"))), Says("Done."))
            .For("Worse", Calls(Call("act", ("what", "rm build/x -r src"))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Clean");
        await asking.AnswerAsync(Assert.Single(await asking.OpenAsync(task.Id)), "allow", answer => answer with { Scope = ApprovalScope.Agent, Pattern = pattern });
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.False(await IsDoneUnaskedAsync(asking, asking.Engine.AgentId, "Worse"));
        Assert.True(await IsDoneUnaskedAsync(asking, asking.Engine.AgentId, "Clean"));
    }

    [Fact]
    public async Task CallThatDoesNotSayWhatItIsAbout_MakesNoRuleAboutEveryCall_UnlessThatIsSaid()
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For("Work", Calls(Call("act", ("wat", "sweep"))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => asking.AnswerAsync(request, "allow", answer => answer with { Scope = ApprovalScope.Always }));
        Assert.Equal(["scope"], refused.Errors.Keys);
        Assert.True((await asking.Requests.FindAsync(request.RequestId))!.IsOpen);

        await asking.AnswerAsync(request, "allow", answer => answer with { Scope = ApprovalScope.Always, AnyCall = true });
        Assert.Null(Assert.Single(asking.Rules.List()).Pattern);
    }

    [Fact]
    public async Task Rule_AnswersAllThatItIsAbout_HoweverManyTheyAre()
    {
        const int Many = 1_001;
        await using var asking = await AskingEngine.StartAsync(Acts);
        var task = await asking.Engine.CreateAsync("Work");
        var first = Assert.Single(await asking.OpenAsync(task.Id));
        var others = Enumerable.Range(1, Many).Select(number => first with { RequestId = $"request_{number:x32}", CallId = null, Subject = $"sweep {number}" }).ToList();
        await asking.Engine.Log.ChangeAsync(task.Id, _ => new TaskChange { OpenRequests = others });

        var (_, answered) = await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Pattern = "sweep *", Scope = ApprovalScope.Always, By = "you" });

        Assert.Equal(Many, answered);
        Assert.Equal(first.RequestId, Assert.Single(await asking.Requests.ListAsync(new RequestQuery())).RequestId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Rule_ThatIsMadeWhileACallIsDecidedOn_AnswersItToo(int look)
    {
        AskingEngine? current = null;
        var between = new RulesWithAMoment(() => current!.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Scope = ApprovalScope.Always, By = "you" })) { At = look };
        await using var asking = await AskingEngine.StartAsync(Acts, services: services => services.AddSingleton<IRulesInForce>(provider =>
        {
            between.Inner = provider.GetRequiredService<Core.Storage.ApprovalRuleStore>();
            return between;
        }));
        current = asking;
        var task = await asking.Engine.CreateAsync("Work");

        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal(["sweep"], asking.Effects);
    }

    /// <summary>Has something happen right behind a look at the rules, before what was seen is made use of.</summary>
    private sealed class RulesWithAMoment(Func<Task> moment) : IRulesInForce
    {
        private int looks;

        public Core.Storage.ApprovalRuleStore Inner { get; set; } = null!;

        public int At { get; init; }

        public IReadOnlyList<ApprovalRule> List()
        {
            var seen = Inner.List();
            if (Interlocked.Increment(ref looks) == At) moment().GetAwaiter().GetResult();
            return seen;
        }
    }
}
