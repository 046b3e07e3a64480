using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary><c>tasks</c> against the real server, over real HTTP.</summary>
public sealed class TaskCommandsTests
{
    [Fact]
    public async Task Add_InAPipe_PrintsTheIdAlone_AndTheTaskIsAsItWasAsked()
    {
        await using var app = await DashboardApplication.StartAsync();
        var first = await app.CreateAsync("The first");

        var result = (await Cli.On(app).RunAsync(
            "tasks", "add", "@someone: --not an option", "--title", "A title", "--agent", "researcher", "--metadata", "ticket=4=2", "--metadata", "empty=", "--depends-on", first.Id()[^6..],
            "--priority", "3", "--timeout", "15m")).Exited(ExitCodes.Fine);

        var task = await app.GetJsonAsync($"/api/tasks/{Assert.Single(result.Lines)}");
        Assert.Equal(("A title", "Researcher", 3, 900), (task.String("title"), task.String("agent_name"), task.GetProperty("priority").GetInt32(), task.GetProperty("timeout_s").GetInt32()));
        Assert.Equal("""{"ticket":"4=2","empty":""}""", task.GetProperty("metadata").GetRawText());
        Assert.Equal(first.Id(), Assert.Single(task.GetProperty("depends_on").EnumerateArray()).String("task_id"));
        var messages = (await app.GetJsonAsync($"/api/tasks/{task.Id()}/messages")).Items();
        Assert.Equal("@someone: --not an option", messages[0].String("text"));
    }

    [Fact]
    public async Task Add_InAChat_RunsThere_AndWatchesInJsonLines()
    {
        await using var app = await DashboardApplication.StartAsync(model => model.Always((_, _, _) => ScriptedModelProvider.Say("First ", "answer.")));
        var chat = (await app.CreateAsync("Begin")).String("chat_id")!;

        var result = (await Cli.On(app).RunAsync("tasks", "add", "Go on", "--chat", chat, "--watch", "--json")).Exited(ExitCodes.Fine);

        var events = result.GaplessFrom(1);
        Assert.All(events, one => Assert.Equal(chat, one.String("chat_id")));
        Assert.Equal("First answer.", events.Single(one => one.String("type") == "message" && one.GetProperty("data").String("role") == "assistant").GetProperty("data").String("text"));
        Assert.Equal("completed", events[^1].GetProperty("data").String("status"));
        var stored = await app.GetJsonAsync($"/api/tasks/{events[0].String("task_id")}/events?limit=200");
        Assert.Equal(stored.Items().Select(one => one.GetRawText()), result.Lines);
    }

    [Fact]
    public async Task Add_OfStandardInput_TakesAllOfIt()
    {
        await using var app = await DashboardApplication.StartAsync();

        var result = (await (Cli.On(app) with { Input = "one\ntwo\n" }).RunAsync("tasks", "add", "-", "--json")).Exited(ExitCodes.Fine);

        var id = Assert.Single(result.Json).Id();
        Assert.Equal("one\ntwo", (await app.GetJsonAsync($"/api/tasks/{id}/messages")).Items()[0].String("text"));
    }

    [Fact]
    public async Task Add_OfWhatTheServerRefuses_NamesTheFieldAndExitsWithOne()
    {
        await using var app = await DashboardApplication.StartAsync();

        var result = (await Cli.On(app).RunAsync("tasks", "add", "x", "--model", "nobody/nothing", "--priority", "9")).Exited(ExitCodes.Refused);

        Assert.Contains("priority", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Watch_OfATaskThatFails_ExitsWithOne_AndSaysWhy()
    {
        await using var app = await DashboardApplication.StartAsync(model => model.Always(AgentScript.Fails("The provider is out of order.")));

        var result = (await Cli.On(app).RunAsync("tasks", "add", "x", "--watch")).Exited(ExitCodes.Refused);

        Assert.Contains("✗ failed", result.Output, StringComparison.Ordinal);
        Assert.Contains("The provider is out of order.", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OfATaskThatIsCancelled_ExitsWithFive()
    {
        var gate = new TaskCompletionSource();
        await using var app = await DashboardApplication.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["One"], gate.Task, token)));
        var task = await app.CreateAsync();
        await app.WaitForAsync(task.Id(), AgentTaskStatus.Running);
        var watching = Cli.On(app).RunAsync("tasks", "watch", task.Id());

        var cancelled = (await Cli.On(app).RunAsync("tasks", "cancel", task.Id()[^8..])).Exited(ExitCodes.Fine);

        Assert.Equal("1 task was told to stop.", Assert.Single(cancelled.Lines));
        Assert.Contains("■ cancelled", (await watching).Exited(ExitCodes.Cancelled).Output, StringComparison.Ordinal);
        var again = (await Cli.On(app).RunAsync("tasks", "cancel", task.Id())).Exited(ExitCodes.Refused);
        Assert.StartsWith("error: ", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_ThatIsInterrupted_ExitsWith130_AndLeavesTheTaskAlone()
    {
        var gate = new TaskCompletionSource();
        await using var app = await DashboardApplication.StartAsync(model => model.Always((_, _, token) => ScriptedModelProvider.SayThenWait(["One"], gate.Task, token)));
        using var interrupt = new CancellationTokenSource();
        var cli = Cli.On(app) with { Interrupted = interrupt.Token, Heard = text => { if (text.Contains("\"running\"", StringComparison.Ordinal)) interrupt.Cancel(); } };

        var result = (await cli.RunAsync("tasks", "add", "x", "--watch", "--json")).Exited(ExitCodes.Interrupted);

        var id = result.GaplessFrom(1)[0].String("task_id")!;
        Assert.Contains("The task goes on", result.Error, StringComparison.Ordinal);
        Assert.Contains($"tasks watch {id} --after {result.Lines.Count}", result.Error, StringComparison.Ordinal);
        gate.SetResult();
        await app.WaitForAsync(id, AgentTaskStatus.Completed);
        var rest = (await Cli.On(app).RunAsync("tasks", "watch", id, "--after", result.Lines.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), "--json")).Exited(ExitCodes.Fine);
        rest.GaplessFrom(result.Lines.Count + 1);
    }

    [Fact]
    public async Task Message_ToATaskThatHasEnded_GoesOn_AndShowsOnlyWhatIsNew()
    {
        await using var app = await DashboardApplication.StartAsync(model => model.Then((_, _, _) => ScriptedModelProvider.Say("Bonjour.")).Always((_, _, _) => ScriptedModelProvider.Say("Hello again.")));
        var task = await app.CreateAsync("Say hello");
        var ended = await app.WaitForAsync(task.Id(), AgentTaskStatus.Completed);

        var result = (await Cli.On(app).RunAsync("tasks", "message", task.Id(), "And in English", "--watch", "--json")).Exited(ExitCodes.Fine);

        var events = result.GaplessFrom(ended.LastSeq + 1);
        Assert.Contains(events, one => one.String("type") == "message" && one.GetProperty("data").String("text") == "Hello again.");
        Assert.DoesNotContain("Bonjour", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_FiltersOnTheServer_AndIsOneLineOfJsonForEach()
    {
        await using var app = await DashboardApplication.StartAsync(model => model.Always(AgentScript.Fails("No.")));
        foreach (var number in Enumerable.Range(1, 3)) await app.WaitForAsync((await app.CreateAsync($"Number {number}")).Id(), AgentTaskStatus.Failed);

        var all = (await Cli.On(app).RunAsync("tasks", "list", "--json", "--all")).Exited(ExitCodes.Fine);
        var two = (await Cli.On(app).RunAsync("tasks", "list", "--limit", "2", "--status", "failed", "--agent", "Assistant")).Exited(ExitCodes.Fine);
        var none = (await Cli.On(app).RunAsync("tasks", "list", "--status", "completed,running")).Exited(ExitCodes.Fine);
        var found = (await Cli.On(app).RunAsync("tasks", "list", "--search", "number 2", "--json")).Exited(ExitCodes.Fine);

        Assert.Equal(["Number 3", "Number 2", "Number 1"], all.Json.Select(task => task.String("title")));
        Assert.Equal(3, two.Lines.Count);
        Assert.StartsWith("ID ", two.Lines[0], StringComparison.Ordinal);
        Assert.Contains("There are more than 2", two.Error, StringComparison.Ordinal);
        Assert.Empty(none.Output);
        Assert.Equal("Number 2", Assert.Single(found.Json).String("title"));
    }

    [Fact]
    public async Task Ids_MayBeGivenByAPart_ThatFitsOneOnly()
    {
        await using var app = await DashboardApplication.StartAsync();
        var (first, second) = (await app.CreateAsync("First"), await app.CreateAsync("Second"));

        var ambiguous = (await Cli.On(app).RunAsync("tasks", "show", first.Id()[..12])).Exited(ExitCodes.Usage);
        var missing = (await Cli.On(app).RunAsync("tasks", "show", "feedbeef00")).Exited(ExitCodes.Refused);
        var whole = (await Cli.On(app).RunAsync("tasks", "show", "task_00000000000000000000000000000000")).Exited(ExitCodes.Refused);
        var shown = (await Cli.On(app).RunAsync("tasks", "show", second.Id()[^8..], "--json")).Exited(ExitCodes.Fine);

        Assert.Contains("fits 2 tasks", ambiguous.Error, StringComparison.Ordinal);
        Assert.Contains(first.Id(), ambiguous.Error, StringComparison.Ordinal);
        Assert.Contains("There is no task feedbeef00", missing.Error, StringComparison.Ordinal);
        Assert.Contains("error: ", whole.Error, StringComparison.Ordinal);
        Assert.Equal(second.Id(), Assert.Single(shown.Json).Id());
    }

    [Fact]
    public async Task Show_OfATask_SaysWhereItStandsAndWhere()
    {
        await using var app = await DashboardApplication.StartAsync();
        var task = await app.CreateAsync("Look", new { metadata = new { ticket = "42" } });
        await app.WaitForAsync(task.Id(), AgentTaskStatus.Completed);

        var shown = (await Cli.On(app).RunAsync("tasks", "show", task.Id())).Exited(ExitCodes.Fine);

        Assert.Contains(shown.Lines, line => line.StartsWith("status", StringComparison.Ordinal) && line.EndsWith("completed", StringComparison.Ordinal));
        Assert.Contains("ticket=42", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"{app.Address}chat?taskId={task.Id()}", shown.Output, StringComparison.Ordinal);
    }
}
