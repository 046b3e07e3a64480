using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Requests;

/// <summary>An agent asks, a person answers, and the answer is the result of the call that asked.</summary>
public sealed class QuestionTests
{
    private static readonly string[] Colours = ["red", "green"];

    [Fact]
    public async Task Question_WithOptions_WaitsForItsAnswer_WhichMayAlsoBeFree()
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For("Work", Calls(Call("ask_user", ("question", "Which colour?"), ("options", Colours))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");

        var request = Assert.Single(await asking.OpenAsync(task.Id));
        var waiting = (await asking.Engine.Reader.FindAsync(task.Id))!;
        Assert.Equal((ReasonCodes.Question, "It asks: Which colour?"), (waiting.Reason, waiting.ReasonText));
        Assert.Equal(Colours, request.Options);
        await asking.AnswerAsync(request, "blue");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal("blue", Assert.Single(await asking.ResultsAsync(task.Id)).Content);
    }

    [Fact]
    public async Task Form_IsCheckedFieldByField_BeforeAnythingIsStored()
    {
        var form = new Dictionary<string, object?>
        {
            ["type"] = "object",
            ["properties"] = new Dictionary<string, object?>
            {
                ["name"] = new { type = "string" },
                ["count"] = new { type = "integer" },
                ["colour"] = new Dictionary<string, object?> { ["type"] = "string", ["enum"] = Colours },
            },
            ["required"] = new[] { "name" },
        };
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For("Work", Calls(Call("ask_user", ("question", "Fill in."), ("form", System.Text.Json.JsonSerializer.SerializeToElement(form)))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        var refused = await Assert.ThrowsAsync<RefusedException>(() => asking.AnswerAsync(request, """{"count":1.5,"colour":"blue","size":3}"""));
        Assert.Equal(["answer.colour", "answer.count", "answer.name", "answer.size"], refused.Errors.Keys.Order());
        Assert.True((await asking.Requests.FindAsync(request.RequestId))!.IsOpen);

        await asking.AnswerAsync(request, """{"name":"Ada","count":2,"colour":"red"}""");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal("""{"name":"Ada","count":2,"colour":"red"}""", Assert.Single(await asking.ResultsAsync(task.Id)).Content);
    }

    [Fact]
    public async Task MalformedQuestion_IsAnErrorThatTheModelReads_AndNobodyIsAsked()
    {
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For("Work", Calls(Call("ask_user", ("question", "Which?"), ("options", new[] { "a", "a" }))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");

        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal((StepOutcome.Error, "Two options are the same."), (Assert.Single(await asking.ResultsAsync(task.Id)) is { } result ? (result.Status, result.Content) : default));
        Assert.Empty(await asking.Requests.ListAsync(new RequestQuery { Open = null }));
    }

    [Fact]
    public async Task QuestionOfAToolAtWork_ReachesIt_AndAfterAKillTheCallIsUnknownAndTheQuestionClosed()
    {
        IQuestions? questions = null;
        var tools = new UnrulyTools(("probe", async token => $"They said {(await questions!.AskAsync(new Question("How deep?"), token)).Answer}."));
        var script = new AgentScript().For("Work", Calls(Call("probe")), Says("Done."));
        await using var engine = await Engine.StartWithAsync(services => services.AddSingleton<IToolSource>(tools), script.Play);
        questions = engine.Services.GetRequiredService<IQuestions>();
        var agents = engine.Services.GetRequiredService<Core.Agents.IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["probe"] });
        var task = await engine.CreateAsync("Work");
        var request = (await engine.WaitForAsync(task.Id, row => row is { Reason: ReasonCodes.Question, OpenRequests.Count: 1 })).OpenRequests[0];
        var folder = engine.CopyAsLeftByAKill();

        await engine.Services.GetRequiredService<IRequestService>().AnswerAsync(request.RequestId, new RequestAnswer("9 m"), "you");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal("They said 9 m.", (await ResultAsync(engine, task.Id)).Content);

        await using var second = await Engine.StartWithAsync(services => services.AddSingleton<IToolSource>(tools), script.Play, folder);
        await second.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        Assert.Equal(StepOutcome.Unknown, (await ResultAsync(second, task.Id)).Status);
        Assert.False((await second.Services.GetRequiredService<IRequestService>().FindAsync(request.RequestId))!.IsOpen);
    }

    [Fact]
    public async Task QuestionOfATool_BesideACallAtWork_IsWhatTheTaskWaitsFor_OnceThatCallHasEnded()
    {
        IQuestions? questions = null;
        var work = new TaskCompletionSource<object?>();
        var tools = new UnrulyTools(("probe", async token => (await questions!.AskAsync(new Question("How deep?"), token)).Answer), ("work", _ => work.Task));
        await using var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(tools), new AgentScript().For("Work", Calls(Call("probe"), Call("work")), Says("Done.")).Play, settings: ("Limits:MaxConcurrentRuns", "1"));
        questions = engine.Services.GetRequiredService<IQuestions>();
        var agents = engine.Services.GetRequiredService<Core.Agents.IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["probe", "work"] });
        var task = await engine.CreateAsync("Work");
        await Eventually.TrueAsync(() => engine.Services.GetRequiredService<LiveRunTable>().Find(task.Id)?.WaitingCalls == 1);
        var request = (await engine.WaitForAsync(task.Id, row => row is { Reason: ReasonCodes.Tool, OpenRequests.Count: 1 })).OpenRequests[0];

        work.SetResult("done");

        var waiting = await engine.WaitForAsync(task.Id, AgentTaskStatus.Waiting);
        Assert.Equal((ReasonCodes.Question, "It asks: How deep?"), (waiting.Reason, waiting.ReasonText));
        await engine.Services.GetRequiredService<IRequestService>().AnswerAsync(request.RequestId, new RequestAnswer("9 m"), "you");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    private static async Task<ToolResultData> ResultAsync(Engine engine, string taskId) =>
        (await engine.Reader.ListEventsAsync(taskId, 0, 1_000)).Select(told => told.Data).OfType<ToolResultData>().Single();

    [Fact]
    public async Task FormWithOptions_MayBeAnsweredWithAnOptionInItsPlace()
    {
        var form = new Dictionary<string, object?>
        {
            ["type"] = "object",
            ["properties"] = new Dictionary<string, object?> { ["name"] = new { type = "string" } },
            ["required"] = new[] { "name" },
        };
        await using var asking = await AskingEngine.StartAsync(new AgentScript().For(
            "Work", Calls(Call("ask_user", ("question", "Fill in."), ("form", System.Text.Json.JsonSerializer.SerializeToElement(form)), ("options", new[] { "decline" }))), Says("Done.")));
        var task = await asking.Engine.CreateAsync("Work");
        var request = Assert.Single(await asking.OpenAsync(task.Id));

        await Assert.ThrowsAsync<RefusedException>(() => asking.AnswerAsync(request, "no"));
        await asking.AnswerAsync(request, "decline");
        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Equal("decline", Assert.Single(await asking.ResultsAsync(task.Id)).Content);
    }
}
