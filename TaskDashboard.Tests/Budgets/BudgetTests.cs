using Microsoft.Extensions.AI;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.ScriptedModelProvider;

namespace TaskDashboard.Tests.Budgets;

/// <summary>Nothing costs more than it may: the worst that a call can cost is set aside before it is made.</summary>
public sealed class BudgetTests
{
    private static readonly (string Key, string Value)[] Prices =
        [("Prices:Models:0:Model", "scripted/model"), ("Prices:Models:0:Input", "0"), ("Prices:Models:0:Output", "10"), ("Limits:MaxLiveSubtasks", "100")];

    [Fact]
    public async Task FiftyChildrenSideBySide_SpendWhatTheirTreeMay_ToTheRounding_AndGoOnWhenItIsRaised()
    {
        var gate = new TaskCompletionSource();

        // Each answer is as long as it is allowed to be: 16,000 tokens, which is 16 cents.
        await using var engine = await Engine.StartAsync(
            model => Play(model, (_, _, token) => ScriptedModelProvider.SayThenWait(["On it."], gate.Task, token), options => (10, options.MaxOutputTokens ?? 1)), settings: Prices);
        var lead = await ParkedLeadAsync(engine);
        await engine.Budgets.SetAsync(BudgetScope.Tree, lead.Id, 3.2m);
        var children = await ChildrenAsync(engine, lead.Id, 50);

        await engine.WaitForCountAsync(AgentTaskStatus.Running, 20);
        await Eventually.TrueAsync(() => children.Count(child => engine.Store.Live.Find(child) is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Budget }) == 30);
        var standing = Assert.Single(engine.Budgets.List());
        Assert.Equal((0m, 3.2m), (standing.Spent, standing.Reserved));
        gate.SetResult();
        await Eventually.TrueAsync(() => Assert.Single(engine.Budgets.List()) is { Spent: 3.2m, Reserved: 0 });
        Assert.Equal(30, children.Count(child => engine.Store.Live.Find(child) is { Reason: ReasonCodes.Budget }));

        // What each says of its wait follows what the others spent.
        var waiting = children.First(child => engine.Store.Live.Find(child) is not null);
        await engine.WaitForAsync(waiting, row => row.ReasonText!.Contains("3.20 US dollars, of which 3.20 are spent", StringComparison.Ordinal));

        await engine.Budgets.SetAsync(BudgetScope.Tree, lead.Id, 8m);

        foreach (var child in children) await engine.WaitForAsync(child, AgentTaskStatus.Completed);
        Assert.Equal(8m, Assert.Single(engine.Budgets.List()).Spent);
    }

    [Fact]
    public async Task CallsOfAnyLength_NeverSpendMoreThanTheBudget_AndWhatIsSpentIsWhatTasksCost()
    {
        var random = new Random(7);
        await using var engine = await Engine.StartAsync(
            model => Play(model, (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Text("Done.")]), options => (10, random.Next(1, (options.MaxOutputTokens ?? 1) + 1))), settings: Prices);
        var lead = await ParkedLeadAsync(engine);
        await engine.Budgets.SetAsync(BudgetScope.Tree, lead.Id, 1m);
        var children = await ChildrenAsync(engine, lead.Id, 50);

        // What a call has left over goes back behind its commit, and then one that waits may go on with it: until all of them rest, and nothing is held.
        await Eventually.TrueAsync(() => children.All(child => engine.Store.Live.Find(child) is null or { Reason: ReasonCodes.Budget }) && engine.Budgets.List() is [{ Reserved: 0, Spent: >= 0.99m }]);

        var standing = Assert.Single(engine.Budgets.List());
        Assert.Equal(0, standing.Reserved);
        Assert.InRange(standing.Spent, 0.99m, 1m);
        var cost = 0m;
        foreach (var child in children) cost += (await engine.Reader.FindAsync(child))!.Usage.Cost ?? 0;
        Assert.Equal(cost, standing.Spent);
    }

    [Fact]
    public async Task ModelWithoutAPrice_WaitsRatherThanGoesUnheld_UntilTheBudgetIsRemoved()
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("Done.")));
        var budget = await engine.Budgets.SetAsync(BudgetScope.Server, "", 5);
        var task = await engine.CreateAsync("Go");

        var waiting = await engine.WaitForAsync(task.Id, row => row.Reason == ReasonCodes.Budget);
        Assert.Contains("no price is known for scripted/model", waiting.ReasonText, StringComparison.Ordinal);

        Assert.True(await engine.Budgets.RemoveAsync(budget.Id));
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task DailyBudget_IsWholeAgainTheNextDay_AndWhatWaitedGoesOn()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 21, 23, 0, 0, TimeSpan.Zero));
        await using var engine = await Engine.StartAsync(model => Play(model, (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Text("Done.")]), options => (10, options.MaxOutputTokens ?? 1)), time: time, settings: Prices);
        await engine.Budgets.SetAsync(BudgetScope.Agent, engine.AgentId, 0.16m);
        await engine.WaitForAsync((await engine.CreateAsync("First")).Id, AgentTaskStatus.Completed);
        var second = await engine.CreateAsync("Second");
        var waiting = await engine.WaitForAsync(second.Id, row => row.Reason == ReasonCodes.Budget);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), waiting.DueAt);

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(10));
            return engine.Store.Live.Find(second.Id) is null;
        });

        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task Budgets_AndWhatIsSpentOfThem_AreThereAfterARestart_AndWhatWaitedWaitsOn()
    {
        var directory = Directory.CreateTempSubdirectory("taskdashboard-budgets-").FullName;
        string waiting;
        await using (var first = await Engine.StartAsync(Charging, directory, settings: Prices))
        {
            await first.Budgets.SetAsync(BudgetScope.Person, Core.Identity.KnownUsers.Local, 0.16m);
            await first.WaitForAsync((await first.CreateAsync("First")).Id, AgentTaskStatus.Completed);
            waiting = (await first.CreateAsync("Second")).Id;
            await first.WaitForAsync(waiting, row => row.Reason == ReasonCodes.Budget);
        }

        await using var second = await Engine.StartAsync(Charging, directory, settings: Prices);
        Assert.Equal(0.16m, Assert.Single(second.Budgets.List()).Spent);
        await second.WaitForAsync(waiting, row => row is { Reason: ReasonCodes.Budget, RunCount: 2 });
        await second.Budgets.SetAsync(BudgetScope.Person, Core.Identity.KnownUsers.Local, 0.5m);
        await second.WaitForAsync(waiting, AgentTaskStatus.Completed);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task WaitingForMoney_CanBeCancelled_AndGivesNothingAway()
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("Done.")), settings: Prices);
        var task = await engine.CreateAsync("Go", command => command);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        await engine.Budgets.SetAsync(BudgetScope.Server, "", 0.0001m);
        var second = await engine.CreateAsync("Again");
        await engine.WaitForAsync(second.Id, row => row.Reason == ReasonCodes.Budget);

        await engine.Tasks.CancelAsync(second.Id, CancelScope.Task, "you");

        await engine.WaitForAsync(second.Id, AgentTaskStatus.Cancelled);
        Assert.Equal(0, Assert.Single(engine.Budgets.List()).Reserved);
    }

    [Fact]
    public async Task DeletedTask_TakesItsBudgetAlong()
    {
        await using var engine = await Engine.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("Done.")), settings: Prices);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Go")).Id, AgentTaskStatus.Completed);
        await engine.Budgets.SetAsync(BudgetScope.Task, task.Id, 1);

        await engine.Tasks.DeleteAsync(task.Id, "you");

        await Eventually.TrueAsync(() => engine.Budgets.List().Count == 0);
        await using var context = await engine.Store.Contexts.CreateDbContextAsync();
        Assert.Empty(context.Budgets);
    }

    [Fact]
    public async Task WhatDeletedChildrenCost_StaysSpent_AlsoAfterARestart_AndWhatTheyBeganIsStillCharged()
    {
        var directory = Directory.CreateTempSubdirectory("taskdashboard-budgets-").FullName;
        string lead, grandchild;
        await using (var first = await Engine.StartAsync(Charging, directory, settings: Prices))
        {
            lead = (await ParkedLeadAsync(first)).Id;
            await first.Budgets.SetAsync(BudgetScope.Tree, lead, 1);
            var child = (await ChildrenAsync(first, lead, 1))[0];
            await first.WaitForAsync(child, AgentTaskStatus.Completed);
            grandchild = (await ChildrenAsync(first, child, 1))[0];
            await first.WaitForAsync(grandchild, AgentTaskStatus.Completed);

            await first.Tasks.DeleteAsync(child, "you");
            await Eventually.TrueAsync(async () => await first.Reader.FindAsync(child) is null);
            Assert.Equal(0.32m, Assert.Single(first.Budgets.List()).Spent);
        }

        await using var second = await Engine.StartAsync(Charging, directory, settings: Prices);
        Assert.Equal(0.32m, Assert.Single(second.Budgets.List()).Spent);
        await second.Tasks.SendMessageAsync(grandchild, new SendMessage("Once more"));

        await Eventually.TrueAsync(() => Assert.Single(second.Budgets.List()) is { Spent: 0.48m, Reserved: 0 });
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(BudgetScope.Task, "task_none", 1, "not_found")]
    [InlineData(BudgetScope.Agent, "agent_none", 1, "not_found")]
    [InlineData(BudgetScope.Server, "", 0, "validation")]
    public async Task BudgetThatCannotBe_SaysWhy(BudgetScope scope, string target, int usd, string code)
    {
        await using var engine = await Engine.StartAsync();

        Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(() => engine.Budgets.SetAsync(scope, target, usd))).Code);
    }

    [Fact]
    public async Task BudgetThatIsNearlyUsed_SaysSoOnce_InTheTaskAndAtTheTopOfItsTree()
    {
        await using var engine = await Engine.StartAsync(
            model => Play(model.Then(Call("one", "calculate", ("expression", "1+1"))).Then(Call("two", "calculate", ("expression", "1+2"))).Then(Call("three", "calculate", ("expression", "1+3"))), (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Text("Done.")]), options => (10, Math.Min(4_500, options.MaxOutputTokens ?? 4_500))),
            settings: Prices);
        var lead = await ParkedLeadAsync(engine);
        await engine.Budgets.SetAsync(BudgetScope.Tree, lead.Id, 0.11m);
        var raised = false;
        engine.Budgets.Changed += () => raised = true;

        var child = (await ChildrenAsync(engine, lead.Id, 1))[0];
        await engine.WaitForAsync(child, row => row.Reason == ReasonCodes.Budget);

        // Two calls of 4.5 cents each: the second one reaches four fifths of 11 cents.
        foreach (var taskId in new[] { child, lead.Id })
        {
            await Eventually.TrueAsync(async () => (await engine.Reader.ListMessagesAsync(taskId, 0, 50)).Any(IsWarning));
            Assert.Single(await engine.Reader.ListMessagesAsync(taskId, 0, 50), IsWarning);
        }

        Assert.True(raised);
        Assert.Single(engine.Logs.Lines, line => line.Message.Contains("is nearly used: 0.09 of 0.11 US dollars", StringComparison.Ordinal));

        static bool IsWarning(ChatEntry entry) => entry.Role == EntryRole.Notice && entry.Text.StartsWith("The budget of this task and those below it is nearly used: 0.09 of 0.11", StringComparison.Ordinal);
    }

    /// <summary>Each answer is as long as it is allowed to be: 16 cents where there is money for it.</summary>
    private static void Charging(ScriptedModelProvider model) => Play(model, (_, _, _) => ScriptedModelProvider.Play([ScriptedModelProvider.Text("Done.")]), options => (10, options.MaxOutputTokens ?? 1));

    private static void Play(ScriptedModelProvider model, ScriptedModelProvider.Script script, Func<ChatOptions, (long Input, long Output)> charge) => model.Always(script).Charge = charge;

    /// <summary>A task that does nothing itself.</summary>
    private static async Task<AgentTask> ParkedLeadAsync(Engine engine) =>
        await engine.CreateAsync("Lead", command => command with { DelayUntil = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero) });

    private static async Task<List<string>> ChildrenAsync(Engine engine, string parentId, int count)
    {
        var made = new List<string>();
        for (var index = 0; index < count; index++) made.Add((await engine.CreateAsync($"Child {index}", command => command with { ParentTaskId = parentId })).Id);
        return made;
    }
}
