using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>What <c>tasks delete</c> and <c>tasks clear</c> remove, and above all what they do not.</summary>
public sealed class TaskRemovalTests
{
    [Fact]
    public async Task Clear_RemovesWhatFitsEveryFilter_AndNothingElse()
    {
        await using var app = await DashboardApplication.StartAsync(model => new AgentScript().For("Good", AgentScript.Says("Done.")).For("Bad", AgentScript.Fails("No.")).Play(model));
        var good = await app.CreateAsync("Good");
        var bad = await app.CreateAsync("Bad");
        await app.WaitForAsync(good.Id(), AgentTaskStatus.Completed);
        await app.WaitForAsync(bad.Id(), AgentTaskStatus.Failed);

        var otherChat = (await Cli.On(app).RunAsync("tasks", "clear", "--status", "failed", "--chat", good.String("chat_id")!, "--yes")).Exited(ExitCodes.Fine);
        var tooYoung = (await Cli.On(app).RunAsync("tasks", "clear", "--older-than", "1h", "--yes")).Exited(ExitCodes.Fine);
        var unsaid = (await Cli.On(app).RunAsync("tasks", "clear", "--status", "failed")).Exited(ExitCodes.Usage);
        var none = (await Cli.On(app).RunAsync("tasks", "clear", "--yes")).Exited(ExitCodes.Usage);
        Assert.Equal(2, (await app.GetJsonAsync("/api/tasks")).Items().Count);
        var cleared = (await Cli.On(app).RunAsync("tasks", "clear", "--status", "failed", "--agent", "Assistant", "--yes", "--json")).Exited(ExitCodes.Fine);

        Assert.All([otherChat, tooYoung], result => Assert.Contains("nothing was deleted", result.Error, StringComparison.Ordinal));
        Assert.Contains("Delete the task \"Bad\"? Nothing was done: say --yes", unsaid.Error, StringComparison.Ordinal);
        Assert.Contains("needs a filter", none.Error, StringComparison.Ordinal);
        Assert.Equal($$"""{"id":"{{bad.Id()}}","deleted":true}""", Assert.Single(cleared.Lines));
        Assert.Equal(good.Id(), Assert.Single((await app.GetJsonAsync("/api/tasks")).Items()).Id());
    }

    [Fact]
    public async Task Clear_OnATerminal_AsksFirst_AndSaysHowManyAreLive()
    {
        var gate = new TaskCompletionSource();
        await using var app = await DashboardApplication.StartAsync(model => new AgentScript().For("Stay", AgentScript.SaysAfter(gate.Task, "Done.")).For("Go", AgentScript.Says("Done.")).Play(model));
        var live = await app.CreateAsync("Stay");
        await app.WaitForAsync((await app.CreateAsync("Go 1")).Id(), AgentTaskStatus.Completed);
        await app.WaitForAsync((await app.CreateAsync("Go 2")).Id(), AgentTaskStatus.Completed);
        var terminal = Cli.On(app) with { Terminal = true };

        var no = (await (terminal with { Input = "\n" }).RunAsync("tasks", "clear", "--agent", "Assistant")).Exited(ExitCodes.Fine);
        Assert.Equal(3, (await app.GetJsonAsync("/api/tasks")).Items().Count);
        var yes = (await (terminal with { Input = "y\n" }).RunAsync("tasks", "clear", "--agent", "Assistant")).Exited(ExitCodes.Fine);

        Assert.Contains("Delete 3 tasks, 1 of them live, which is cancelled first? [y/N]", no.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was deleted.", no.Error, StringComparison.Ordinal);
        Assert.EndsWith("3 tasks are deleted.", TerminalPicture.Of(yes.Output).Text, StringComparison.Ordinal);
        Assert.Empty((await app.GetJsonAsync("/api/tasks")).Items());
        Assert.Null(await app.Reader.FindAsync(live.Id()));
    }

    /// <summary>Between the list and its turn somebody has taken the task up again.</summary>
    [Fact]
    public async Task Clear_OfATaskThatIsAtWorkAgainMeanwhile_LeavesIt()
    {
        await using var server = await StandInServer.StartAsync((request, context) => request switch
        {
            { Method: "GET", Path: "/api/tasks" } => StandInServer.Json(context, new { items = new[] { new { id = "task_1", status = "completed", title = "A" }, new { id = "task_2", status = "completed", title = "B" } } }),
            { Method: "GET", Path: "/api/tasks/task_1" } => StandInServer.Json(context, new { id = "task_1", status = "running" }),
            { Method: "GET" } => StandInServer.Json(context, new { id = "task_2", status = "completed" }),
            _ => Task.FromResult(context.Response.StatusCode = 204),
        });

        var result = (await new Cli { Url = server.Url }.RunAsync("tasks", "clear", "--status", "completed", "--yes")).Exited(ExitCodes.Fine);

        Assert.Equal("/api/tasks/task_2", Assert.Single(server.Requests, request => request.Method == "DELETE").Path);
        Assert.Contains("1 changed meanwhile, and stays.", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A server that does not know a filter would list everything.</summary>
    [Fact]
    public async Task Clear_OfWhatAServerListsBesides_LeavesIt()
    {
        await using var server = await StandInServer.StartAsync((request, context) => StandInServer.Json(
            context, new { items = new object[] { new { id = "task_1", status = "running", chat_id = "chat_0197c0de000070008000000000000001", created_at = "2020-01-01T00:00:00Z" }, new { id = "task_2", status = "completed", chat_id = "other" } } }));

        (await new Cli { Url = server.Url }.RunAsync("tasks", "clear", "--status", "completed", "--chat", "chat_0197c0de000070008000000000000001", "--yes")).Exited(ExitCodes.Fine);

        Assert.All(server.Requests, request => Assert.Equal("GET", request.Method));
    }

    [Fact]
    public async Task Delete_OfSeveral_RemovesThose_AndNeedsAYesInAPipe()
    {
        await using var app = await DashboardApplication.StartAsync();
        var tasks = new[] { await app.CreateAsync("One"), await app.CreateAsync("Two"), await app.CreateAsync("Three") };

        (await Cli.On(app).RunAsync("tasks", "delete", tasks[0].Id())).Exited(ExitCodes.Usage);
        (await Cli.On(app).RunAsync("tasks", "delete", tasks[0].Id(), "feedbeef00", "--yes")).Exited(ExitCodes.Refused);
        Assert.Equal(3, (await app.GetJsonAsync("/api/tasks")).Items().Count);
        var deleted = (await Cli.On(app).RunAsync("tasks", "delete", tasks[0].Id()[^8..], tasks[2].Id(), tasks[2].Id(), "--yes")).Exited(ExitCodes.Fine);

        Assert.Equal("2 tasks are deleted.", Assert.Single(deleted.Lines));
        Assert.Equal("Two", Assert.Single((await app.GetJsonAsync("/api/tasks")).Items()).String("title"));
    }
}
