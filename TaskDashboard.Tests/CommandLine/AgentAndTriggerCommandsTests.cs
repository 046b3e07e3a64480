using TaskDashboard.App.CommandLine;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.CommandLine;

/// <summary><c>agents</c> and <c>triggers</c> against the real server.</summary>
public sealed class AgentAndTriggerCommandsTests
{
    [Fact]
    public async Task Agents_AreListedShownExportedAndImported()
    {
        await using var app = await DashboardApplication.StartAsync();
        var file = Path.Combine(app.DataDirectory, "reader.agent.yaml");

        var list = (await Cli.On(app).RunAsync("agents", "list", "--json")).Exited(ExitCodes.Fine);
        var shown = (await Cli.On(app).RunAsync("agents", "show", "Researcher")).Exited(ExitCodes.Fine);
        (await Cli.On(app).RunAsync("agents", "export", "researcher", "-o", file)).Exited(ExitCodes.Fine);
        var exported = (await Cli.On(app).RunAsync("agents", "export", "researcher", "--format", "json")).Exited(ExitCodes.Fine);
        var imported = (await Cli.On(app).RunAsync("agents", "import", file, "--json")).Exited(ExitCodes.Fine);
        var again = (await (Cli.On(app) with { Input = exported.Output }).RunAsync("agents", "import", "-")).Exited(ExitCodes.Fine);
        var wrong = (await (Cli.On(app) with { Input = "name: [" }).RunAsync("agents", "import", "-")).Exited(ExitCodes.Refused);
        var missing = (await Cli.On(app).RunAsync("agents", "import", file + ".none")).Exited(ExitCodes.Usage);

        Assert.Equal(["Assistant", "Editor", "Researcher"], list.Json.Select(agent => agent.String("name")));
        Assert.Contains("read_file", shown.Output, StringComparison.Ordinal);
        Assert.Contains("format: taskdashboard.agent/1", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal("Researcher (2)", Assert.Single(imported.Json).GetProperty("agent").String("name"));
        Assert.Contains("Researcher (3)", again.Output, StringComparison.Ordinal);
        Assert.StartsWith("error: ", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ArchivedAgent_TakesNoTasks_UntilItIsBack()
    {
        await using var app = await DashboardApplication.StartAsync();

        (await Cli.On(app).RunAsync("agents", "archive", "Editor")).Exited(ExitCodes.Fine);
        var refused = (await Cli.On(app).RunAsync("tasks", "add", "x", "--agent", "Editor")).Exited(ExitCodes.Refused);
        Assert.Contains("Editor", (await Cli.On(app).RunAsync("agents", "list", "--archived")).Exited(ExitCodes.Fine).Output, StringComparison.Ordinal);
        (await Cli.On(app).RunAsync("agents", "archive", "Editor", "--restore")).Exited(ExitCodes.Fine);

        Assert.StartsWith("error: ", refused.Error, StringComparison.Ordinal);
        (await Cli.On(app).RunAsync("tasks", "add", "x", "--agent", "Editor")).Exited(ExitCodes.Fine);
    }

    [Fact]
    public async Task Triggers_AreMadeHeldFiredAndDeleted()
    {
        await using var app = await DashboardApplication.StartAsync();

        var made = (await Cli.On(app).RunAsync("triggers", "create", "Look at the inbox", "--cron", "0 8 * * 1-5", "--time-zone", "Europe/Berlin", "--agent", "Assistant", "--name", "Inbox", "--json")).Exited(ExitCodes.Fine);
        var every = (await Cli.On(app).RunAsync("triggers", "create", "Look again", "--every", "15m", "--agent", "Assistant")).Exited(ExitCodes.Fine);
        var wrong = (await Cli.On(app).RunAsync("triggers", "create", "Never", "--cron", "0 8 31 2 *", "--agent", "Assistant")).Exited(ExitCodes.Refused);
        (await Cli.On(app).RunAsync("triggers", "pause", "inbox")).Exited(ExitCodes.Fine);
        var paused = (await Cli.On(app).RunAsync("triggers", "show", "Inbox", "--json")).Exited(ExitCodes.Fine);
        (await Cli.On(app).RunAsync("triggers", "resume", "Inbox")).Exited(ExitCodes.Fine);
        var run = (await Cli.On(app).RunAsync("triggers", "run", "Inbox", "--watch", "--json")).Exited(ExitCodes.Fine);
        var list = (await Cli.On(app).RunAsync("triggers", "list")).Exited(ExitCodes.Fine);
        var deleted = (await Cli.On(app).RunAsync("triggers", "delete", "Inbox", "--yes", "--json")).Exited(ExitCodes.Fine);

        var id = Assert.Single(made.Json).Id();
        Assert.Equal("Europe/Berlin", made.Json[0].String("time_zone"));
        Assert.Equal(900, (await app.GetJsonAsync($"/api/triggers/{Assert.Single(every.Lines)}")).GetProperty("every_s").GetInt32());
        Assert.Contains("it never fires", wrong.Error, StringComparison.Ordinal);
        Assert.Equal("paused", Assert.Single(paused.Json).String("state"));
        Assert.Equal("completed", run.GaplessFrom(1)[^1].GetProperty("data").String("status"));
        Assert.Contains("every 900 s", list.Output, StringComparison.Ordinal);
        Assert.Contains("0 8 * * 1-5 (Europe/Berlin)", list.Output, StringComparison.Ordinal);
        Assert.Equal($$"""{"id":"{{id}}","deleted":true}""", Assert.Single(deleted.Lines));
        await app.WaitForAsync(run.Json[0].String("task_id")!, AgentTaskStatus.Completed);
    }
}
