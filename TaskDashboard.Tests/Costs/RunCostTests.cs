using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Costs;

/// <summary>What a run costs is on its calls, on itself, on its task and in the log, and it is one sum.</summary>
public class RunCostTests
{
    [Fact]
    public async Task Run_OfAModelWithAPrice_SaysWhatEachCallCost_AndTheTaskWhatAllDid()
    {
        await using var engine = await Engine.StartAsync(
            new AgentScript().For("Count", Calls(Call("calculate", ("expression", "1 + 1"))), Says("Two.")).For("Again", Says("Two.")).Play,
            settings: [.. Price("scripted/*", "2", "10")]);
        var task = await engine.WaitForAsync((await engine.CreateAsync("Count")).Id, AgentTaskStatus.Completed);
        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("Again"));
        task = await engine.WaitForAsync(task.Id, row => row.RunCount == 2 && row.Status == AgentTaskStatus.Completed);

        var runs = await engine.Reader.ListRunsAsync(task.Id, 0, 10);
        var steps = (await engine.Reader.FindRunAsync(runs[0].RunId))!.Steps!;
        Assert.All(steps.Where(step => step.Usage.Input > 0), step => Assert.Equal((2m * step.Usage.Input + 10m * step.Usage.Output) / 1_000_000, step.Usage.Cost));
        Assert.All(steps.Where(step => step.Usage.Input == 0), step => Assert.Null(step.Usage.Cost));
        Assert.Equal(steps.Sum(step => step.Usage.Cost), runs[0].Usage.Cost);
        Assert.Equal(runs.Sum(run => run.Usage.Cost), task.Usage.Cost);
        var told = (await engine.Reader.ListEventsAsync(task.Id, 0, 200)).Select(one => one.Data).OfType<UsageData>().ToList();
        Assert.Equal(task.Usage.Cost, told.Sum(one => one.Cost));
        Assert.True(task.Usage.Cost > 0);
    }

    [Fact]
    public async Task Run_OfAModelWithoutAPrice_HasNoCost_RatherThanNothing()
    {
        await using var engine = await Engine.StartAsync(model => model.Always(Says("Done.")));

        Assert.Null((await engine.WaitForAsync((await engine.CreateAsync("Count")).Id, AgentTaskStatus.Completed)).Usage.Cost);
    }

    private static (string Key, string Value)[] Price(string model, string input, string output) =>
        [("Prices:Models:0:Model", model), ("Prices:Models:0:Input", input), ("Prices:Models:0:Output", output)];
}
