using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Requests;

/// <summary>However often and from wherever it is clicked: each call has one answer, and at most one effect.</summary>
public sealed class DoubleClickTests(ITestOutputHelper output)
{
    private const int Calls = 250;
    private const int ClicksPerCall = 4;

    [Fact]
    public async Task AThousandClicksOfTwoClients_GiveEachCallOneAnswerAndOneEffect()
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For(
            "Work", AgentScript.Calls([.. Enumerable.Range(0, 10).Select(index => Call("act", ("what", $"{index}")))]), Says("Done.")));
        var tasks = new List<AgentTask>();
        for (var index = 0; index < Calls / 10; index++) tasks.Add(await asking.Engine.CreateAsync("Work"));
        foreach (var task in tasks) await asking.OpenAsync(task.Id, 10);
        var open = await asking.Requests.ListAsync(new RequestQuery());
        Assert.Equal(Calls, open.Count);

        // Two people, each with clicks of both kinds on every request, in an order of their own.
        var seed = TestSeed.Choose();
        output.WriteLine($"Seed {seed}.");
        var random = TestSeed.For(seed, 0);
        var clicks = open.SelectMany(request => Enumerable.Range(0, ClicksPerCall).Select(click => (Request: request, By: click % 2 == 0 ? "Ada" : "Ben", Answer: random.Next(2) == 0 ? "allow" : "deny")))
            .OrderBy(_ => random.Next()).ToList();
        var outcomes = await Task.WhenAll(clicks.Select(click => Task.Run(async () =>
        {
            try
            {
                return (click.Request, Won: (TaskRequest?)(await asking.Requests.AnswerAsync(click.Request.RequestId, new RequestAnswer(click.Answer), click.By)).Request);
            }
            catch (RefusedException refusal)
            {
                Assert.Equal("request_closed", refusal.Code);
                return (click.Request, Won: (TaskRequest?)null);
            }
        })));
        foreach (var task in tasks) await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var won = outcomes.Where(outcome => outcome.Won is not null).ToList();
        Assert.Equal(Calls, won.Count);
        Assert.Equal(Calls, won.Select(outcome => outcome.Request.RequestId).Distinct().Count());
        Assert.Equal(won.Count(outcome => outcome.Won!.Answer == "allow"), asking.Effects.Count);
        foreach (var task in tasks) Assert.Equal(10, (await asking.ResultsAsync(task.Id)).Count);
        Assert.Empty(asking.Engine.Logs.Lines);
    }
}
