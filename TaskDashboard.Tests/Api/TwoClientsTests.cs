using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Api;

/// <summary>Two people press allow and deny again and again, each with a browser of their own: every call has one answer, and at most one effect.</summary>
public sealed class TwoClientsTests(ITestOutputHelper output)
{
    private const int Tasks = 25;
    private const int CallsPerTask = 10;
    private const int ClicksPerCall = 4;

    [Fact]
    public async Task AThousandClicks_GiveEachCallOneAnswerAndOneEffect()
    {
        var effects = 0;
        var act = new UnrulyTools(("act", _ => Task.FromResult<object?>($"Effect {Interlocked.Increment(ref effects)}."))) { Risk = ToolRisk.Execute };
        await using var app = await DashboardApplication.StartAsync(
            new AgentScript().For("Work", Calls([.. Enumerable.Range(0, CallsPerTask).Select(index => Call("act", ("number", index)))]), Says("Done.")).Play,
            services: services => services.AddSingleton<IToolSource>(act));
        var agents = app.Services.GetRequiredService<AgentStore>();
        await agents.SaveAsync((await agents.FindAsync(app.AgentId))! with { Tools = ["act"] });
        var tasks = new List<string>();
        for (var index = 0; index < Tasks; index++) tasks.Add((await app.CreateAsync("Work", new { allow_duplicates = true })).String("id")!);
        foreach (var task in tasks) await app.WaitForAsync(task, row => row.OpenRequests.Count == CallsPerTask);
        var open = (await app.GetJsonAsync("/api/requests")).GetProperty("items").EnumerateArray().Select(request => request.String("request_id")!).ToList();
        Assert.Equal(Tasks * CallsPerTask, open.Count);

        var seed = TestSeed.Choose();
        output.WriteLine($"Seed {seed}.");
        var random = TestSeed.For(seed, 0);
        using var ada = app.NewClient();
        using var ben = app.NewClient();
        var clicks = open.SelectMany(id => Enumerable.Range(0, ClicksPerCall).Select(click => (Id: id, Client: click % 2 == 0 ? ada : ben, Answer: random.Next(2) == 0 ? "allow" : "deny")))
            .OrderBy(_ => random.Next()).ToList();
        var answers = await Task.WhenAll(clicks.Select(async click =>
        {
            using var content = new StringContent($$"""{"answer":"{{click.Answer}}"}""", System.Text.Encoding.UTF8, "application/json");
            using var response = await click.Client.PostAsync($"/api/requests/{click.Id}/answer", content);
            if (response.StatusCode != HttpStatusCode.OK) await response.ProblemAsync(HttpStatusCode.Conflict, "request_closed");
            return (click.Id, click.Answer, Taken: response.StatusCode == HttpStatusCode.OK);
        }));
        foreach (var task in tasks) await app.WaitForAsync(task, AgentTaskStatus.Completed);

        var taken = answers.Where(answer => answer.Taken).ToList();
        Assert.Equal(open.Order(), taken.Select(answer => answer.Id).Order());
        Assert.Equal(taken.Count(answer => answer.Answer == "allow"), effects);
    }
}
