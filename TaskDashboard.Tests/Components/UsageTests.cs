using Bunit;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Usage;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Usage;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

/// <summary>What was used, what it may cost, and how full the model's window is.</summary>
public sealed class UsageTests : ChatContext
{
    [Fact]
    public void Usage_IsSummedUp_AndToldByModelAndAgent_TheDearestFirst()
    {
        Usage.Lines.AddRange([Line("agent_a", "openai/small", 2, 1_000, 0.5m), Line("agent_b", "openai/large", 1, 500, 2m), Line("agent_b", "local/free", 4, 9_000, null)]);
        JSInterop.Setup<Radzen.Blazor.Rendering.Rect>("Radzen.createChart", _ => true).SetResult(new Radzen.Blazor.Rendering.Rect { Width = 600, Height = 200 });
        var page = Render<UsagePage>();

        Assert.Equal("$2.50", page.Find("[data-testid=usage-cost]").TextContent);
        var models = page.FindAll("table.usage-table")[0].QuerySelectorAll("tbody tr").Select(row => row.TextContent).ToList();
        Assert.StartsWith("openai/large", models[0].Trim(), StringComparison.Ordinal);
        Assert.Contains("–", models[2], StringComparison.Ordinal);
        Assert.Contains("no price", page.Find(".hint").TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("from=", page.Find("[data-action=csv]").GetAttribute("href"), StringComparison.Ordinal);
        page.Find("[name=usage-days]").Change("7");
        Assert.Equal(6, Usage.Asked!.To.DayNumber - Usage.Asked.From.DayNumber);
    }

    [Fact]
    public void Budget_IsRaisedAndRemoved_AndOneThatIsNearlyUsedIsMarked()
    {
        Budgets.Put(BudgetScope.Server, "", 10, 9);
        var page = Render<UsagePage>();
        var badge = Render<BudgetBadge>();
        Assert.True(page.Find("[data-budget]").HasAttribute("data-nearly"));
        Assert.Single(badge.FindAll("[data-testid=budget-badge]"));

        page.Find("[data-budget] input").Change("100");
        page.Find("[data-budget] form").Submit();
        Assert.Equal(100, Assert.Single(Budgets.List()).Budget.Usd);
        Assert.False(page.Find("[data-budget]").HasAttribute("data-nearly"));
        badge.WaitForAssertion(() => Assert.Empty(badge.FindAll("[data-testid=budget-badge]")));

        page.Find("[data-budget] input").Change("much");
        page.Find("[data-budget] form").Submit();
        Assert.Contains("2.50", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        page.Find("[data-action=remove-budget]").Click();
        Assert.Empty(Budgets.List());
    }

    [Fact]
    public void BudgetsOfATask_AreSetInOneDialog_AndAnEmptyFieldTakesOneAway()
    {
        Budgets.Put(BudgetScope.Task, "task_000001", 1, 0.9m);
        Budgets.Put(BudgetScope.Server, "", 50, 1);
        var task = ATask.With();
        Store.Tasks.Add(task);
        var dialog = Render<BudgetDialog>(parameters => parameters.Add(shown => shown.Task, task));
        Assert.Contains("$0.90 of $1.00 spent", dialog.Find(".hint-text[data-nearly]").TextContent, StringComparison.Ordinal);
        Assert.Contains("$1.00 of $50.00 spent", dialog.Markup, StringComparison.Ordinal);

        dialog.Find("[name=budget-task]").Input("");
        dialog.Find("[name=budget-tree]").Input("2.5");
        dialog.Find("form").Submit();

        Assert.Equal([(BudgetScope.Tree, 2.5m), (BudgetScope.Server, 50m)], Budgets.List().Select(standing => (standing.Budget.Scope, standing.Budget.Usd)).Order());
    }

    [Fact]
    public async Task TaskThatWaitsForMoney_OffersToRaiseItsBudget()
    {
        var page = await OpenAsync(ATask.With(status: AgentTaskStatus.Waiting, lastSeq: 0) with { Reason = ReasonCodes.Budget, ReasonText = "The budget of this task is 1.00 US dollars." });

        Assert.Equal("Raise…", page.Find("[data-action=raise-budget]").TextContent);
    }

    [Fact]
    public async Task FillingWindow_IsShown_AndASummaryEmptiesIt()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 2) with { Model = "openai/gpt-5" }), Log.Said("m", "Much."), Log.Event(new UsageData(8_000, 1_000, 0, null)));
        await UntilSaid(page, "[data-testid=context]", "90% full");

        Feed.Send(Log.Said("s", "It was **much**.", EntryRole.Summary), Log.Event(new UsageData(9_000, 100, 0, null)));
        await Until(() => page.FindAll("[data-testid=context]").Count == 0);
        await page.InvokeAsync(() => page.Find("[data-kind=summary] summary").Click());
        Assert.Equal("much", page.Find("[data-kind=summary] .markdown strong").TextContent);
        Feed.Send(Log.Event(new UsageData(2_000, 100, 0, null)));
        await UntilSaid(page, "[data-testid=context]", "21% full");
    }

    private static UsageLine Line(string agent, string model, long calls, long tokens, decimal? cost) => new(new DateOnly(2026, 11, 21), "", agent, model, calls, tokens, 10, 0, cost);
}
