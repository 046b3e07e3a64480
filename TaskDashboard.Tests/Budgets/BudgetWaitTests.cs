using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.ScriptedModelProvider;

namespace TaskDashboard.Tests.Budgets;

/// <summary>Waiting for money goes on for as long as it has to, whatever day it is and whatever others do meanwhile; and nothing that was set aside is forgotten.</summary>
public sealed class BudgetWaitTests
{
    private static readonly (string Key, string Value)[] Prices = [("Prices:Models:0:Model", "scripted/model"), ("Prices:Models:0:Input", "0"), ("Prices:Models:0:Output", "10")];

    [Fact]
    public async Task DayThatTurnsWhileTheWaitIsWrittenDown_IsNoFailure_AndTheTaskGoesOn()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 21, 23, 59, 59, TimeSpan.Zero));
        var midnight = new Listener((_, after, events) =>
        {
            if (after is { Reason: ReasonCodes.Budget } && events.Any(told => told.Data is StatusData)) time.Jump(TimeSpan.FromSeconds(2));
        });
        await using var engine = await Engine.StartWithAsync(services => services.AddSingleton<ICommitListener>(midnight), LongAnswers, time: time, settings: Prices);
        await engine.Budgets.SetAsync(BudgetScope.Agent, engine.AgentId, 0.16m);
        await engine.WaitForAsync((await engine.CreateAsync("First")).Id, AgentTaskStatus.Completed);

        var second = await engine.CreateAsync("Second");

        var ended = await engine.WaitForAsync(second.Id, task => task.Status.IsTerminal());
        Assert.Equal((AgentTaskStatus.Completed, null), (ended.Status, ended.ReasonText));
        Assert.Contains((await engine.Reader.ListEventsAsync(second.Id, 0, 50)).Select(told => told.Data), told => told is StatusData { Reason: ReasonCodes.Budget });
    }

    [Fact]
    public async Task BudgetFarOverspent_OfAModelThatCostsNextToNothing_IsShort_AndNothingBreaks()
    {
        await using var engine = await Engine.StartAsync(LongAnswers, settings: Prices);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Go")).Id, AgentTaskStatus.Completed);
        var ledger = engine.Services.GetRequiredService<BudgetLedger>();
        ledger.Keep(new Budget { Id = "budget_1", Scope = BudgetScope.Server, Target = "", Usd = 1 }, () => 1_000_000);

        var (hold, missing) = ledger.TryHold(task, new ModelPrice("scripted/model", DateOnly.MinValue, 0.0001m, 0.0001m, 0.0001m), 100, 16_000);

        Assert.Null(hold);
        Assert.Equal("budget_1", missing?.Budget.Id);
    }

    [Fact]
    public async Task WhatWaits_IsNotWrittenDownAnewForEachCallOfOthers()
    {
        await using var engine = await Engine.StartAsync(model => model.Charge = _ => (10, 100), settings: Prices);
        await engine.Budgets.SetAsync(BudgetScope.Server, "", 100);
        var waiting = await engine.WaitForAsync((await engine.CreateAsync("Wait")).Id, AgentTaskStatus.Completed);
        await engine.Budgets.SetAsync(BudgetScope.Task, waiting.Id, 0.002m);
        await engine.Tasks.SendMessageAsync(waiting.Id, new SendMessage("Go on"));
        await engine.WaitForAsync(waiting.Id, task => task.Reason == ReasonCodes.Budget);
        for (var call = 0; call < 40; call++) engine.Model.Then(Call($"call_{call}", "calculate", ("expression", $"1+{call}")));

        await engine.WaitForAsync((await engine.CreateAsync("Spend")).Id, AgentTaskStatus.Completed);
        await engine.Budgets.SetAsync(BudgetScope.Task, waiting.Id, 10);
        await engine.WaitForAsync(waiting.Id, AgentTaskStatus.Completed);

        Assert.InRange((await engine.Reader.ListEventsAsync(waiting.Id, 0, 200)).Count(told => told.Data is StatusData { Reason: ReasonCodes.Budget }), 1, 3);
    }

    [Fact]
    public async Task TaskThatAnotherOwnerTakes_BeforeItsSummaryIsAskedFor_GivesBackWhatWasSetAside()
    {
        Engine? started = null;
        var taken = new Listener((before, after, events) =>
        {
            // Behind the result of the third call, and before whatever its run writes next.
            if (after is not null && events.Any(told => told.Data is ToolResultData { CallId: "call_3" })) _ = started!.Log.ChangeAsync(after.Id, _ => new TaskChange { Edit = row => row with { Fence = row.Fence + 1 } });
        });
        await using var engine = started = await Engine.StartWithAsync(
            services => services.AddSingleton<ICommitListener>(taken),
            model =>
            {
                for (var call = 1; call <= 3; call++) model.Then(Call($"call_{call}", "calculate", ("expression", "1+1")), Usage(9_000, 10));
            },
            settings: [.. Prices, ("Context:Models:0:Model", "scripted/*"), ("Context:Models:0:Tokens", "10000")]);
        await engine.Budgets.SetAsync(BudgetScope.Server, "", 100);

        await engine.CreateAsync("Add up for me");

        await Eventually.TrueAsync(() => engine.Logs.Lines.Any(line => line.Message.Contains("ended without a say", StringComparison.Ordinal)));
        Assert.Equal(0, Assert.Single(engine.Budgets.List()).Reserved);
    }

    [Fact]
    public async Task ModelForTheNextRun_ChangesNothingOfTheOneAtWork_NeitherItsPriceNorWhatItCalls()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.StartAsync(model => model.Then((_, _, token) => CallAfter(gate.Task, token)).Always((_, _, _) => Play([Text("Done.")])).Charge = _ => (10, 1_000), settings: Prices);
        await engine.Budgets.SetAsync(BudgetScope.Server, "", 100);
        var task = await engine.CreateAsync("Go");
        await engine.WatchUntilAsync(task.Id, frame => frame is DeltaFrame);

        await engine.Tasks.UpdateAsync(task.Id, new UpdateTask { Model = "scripted/other" });
        gate.SetResult();

        var ended = await engine.WaitForAsync(task.Id, row => row.Status.IsTerminal() || row.Reason == ReasonCodes.Budget);
        Assert.Equal((AgentTaskStatus.Completed, "scripted/other", 0.02m), (ended.Status, ended.Model, ended.Usage.Cost));
        var run = await engine.Reader.FindRunAsync(ended.RunId!);
        Assert.All(run!.Steps!.Where(step => step.Kind == Core.Runs.StepKind.Model), step => Assert.Equal(("scripted/model", 0.01m), (step.Name, step.Usage.Cost)));
    }

    private static void LongAnswers(ScriptedModelProvider model) =>
        model.Always((_, _, _) => Play([Text("Done.")])).Charge = options => (10, options.MaxOutputTokens ?? 1);

    private sealed class Listener(Action<AgentTask?, AgentTask?, IReadOnlyList<TaskEvent>> heard) : ICommitListener
    {
        public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events) => heard(before, after, events);
    }
}
