using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Commands;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tools;

public sealed class CommandToolTests
{
    [Fact]
    public async Task RunCommand_WorksInTheTasksFolder_AndTellsTheExitCode()
    {
        await using var engine = await StartAsync(Calls(Call("run_command", ("command", "pwd > where.txt; echo hello; exit 7"))));
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var result = (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<ToolResultData>().Single();
        Assert.Equal((StepOutcome.Success, "Exit code 7.\nhello"), (result.Status, result.Content));
        Assert.Equal(Path.GetFullPath(task.WorkDir), (await File.ReadAllTextAsync(Path.Combine(task.WorkDir, "where.txt"))).Trim());
    }

    [Fact]
    public async Task Cancel_DuringACommand_TellsInItsReceiptHowManyProcessesWereEnded()
    {
        await using var engine = await StartAsync(Calls(Call("run_command", ("command", "sleep 600 & echo > begun; sleep 600"))));
        var task = await engine.CreateAsync("Work");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(task.WorkDir, "begun")));

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);

        Assert.True(ended.Stop!.ProcessesReaped >= 2, $"{ended.Stop}");
        Assert.Equal(0, ended.Stop.CallsAfter);
    }

    [Fact]
    public async Task Cancel_WhileACommandRuns_EndsItsGrandchildToo_WhoseCanaryNeverAppears()
    {
        // The grandchild lost its parent, ignores the request to end, and would write once the task is cancelled.
        const string Command = """
            (setsid sh -c 'trap "" TERM HUP INT; echo > begun; while [ ! -e cancelled ]; do sleep 0.05; done; echo > canary' >/dev/null 2>&1 &)
            while [ ! -e begun ]; do sleep 0.05; done; echo ready; sleep 600
            """;
        await using var engine = await StartAsync(new AgentScript()
            .For("Work", Calls(Call("run_command", ("command", Command))), Says("Done."))
            .For("Wait", Calls(Call("run_command", ("command", "sleep 2"))), Says("Done.")));
        var task = await engine.CreateAsync("Work");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(task.WorkDir, "begun")));

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);

        // Another command, which lasts longer than the grandchild would need to see that.
        await File.WriteAllTextAsync(Path.Combine(task.WorkDir, "cancelled"), "");
        var clock = await engine.CreateAsync("Wait");
        await engine.WaitForAsync(clock.Id, AgentTaskStatus.Completed);
        Assert.True(File.Exists(Path.Combine(task.WorkDir, "begun")));
        Assert.False(File.Exists(Path.Combine(task.WorkDir, "canary")));
    }

    [Fact]
    public async Task RunCommand_TellsItsLastLinesWhileItRuns()
    {
        await using var engine = await StartAsync(Calls(Call("run_command", ("command", "seq 1 100; while [ ! -e stop ]; do sleep 0.05; done"))));
        var task = await engine.CreateAsync("Work");

        await engine.WatchUntilAsync(task.Id, frame =>
            frame is EventFrame { Event.Data: ProgressData { CallId: not null, Text: { } text } } && text == string.Join('\n', Enumerable.Range(81, 20)));

        await File.WriteAllTextAsync(Path.Combine(task.WorkDir, "stop"), "");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    [Fact]
    public async Task RunCommand_ThatWritesMoreThanAResultHolds_KeepsAllOfItBeside_UntilTheTaskIsDeleted()
    {
        await using var engine = await StartAsync(Calls(Call("run_command", ("command", "seq 1 20000"))));
        var outputs = engine.Services.GetRequiredService<CommandOutputs>();
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var result = (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(told => told.Data).OfType<ToolResultData>().Single();
        Assert.Contains("bytes left out here", result.Content, StringComparison.Ordinal);
        Assert.InRange(result.Content.Length, 64 * 1024, 66 * 1024);
        using (var whole = outputs.TryOpen(task.Id, result.CallId)!)
        using (var reader = new StreamReader(whole))
        {
            Assert.Equal(Enumerable.Range(1, 20_000), (await reader.ReadToEndAsync()).TrimEnd().Split('\n').Select(int.Parse));
        }

        await engine.Tasks.DeleteAsync(task.Id, "you");
        Assert.Null(outputs.TryOpen(task.Id, result.CallId));
    }

    [Fact]
    public async Task RunCommand_ThatWritesWithoutEnd_IsKeptUpToTheBound_AndLittleIsKeptOfOneThatSaysLittle()
    {
        await using var engine = await StartAsync(
            Calls(Call("run_command", ("command", "head -c 300000 /dev/zero | tr '\\0' a")), Call("run_command", ("command", "echo little"))),
            ("Limits:MaxCommandOutputBytes", "100000"));
        var outputs = engine.Services.GetRequiredService<CommandOutputs>();
        var task = await engine.CreateAsync("Work");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        var results = (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(told => told.Data).OfType<ToolResultData>().ToList();
        using var much = outputs.TryOpen(task.Id, results.Single(result => result.Content.Length > 1_000).CallId)!;
        Assert.Equal(100_000, much.Length);
        Assert.Null(outputs.TryOpen(task.Id, results.Single(result => result.Content.Contains("little", StringComparison.Ordinal)).CallId));
    }

    [Fact]
    public async Task ReadyMadeAgents_RunNoCommandUnasked()
    {
        await using var engine = await Engine.StartAsync();

        var agents = (await engine.Services.GetRequiredService<IAgentStore>().ListAsync()).Where(agent => agent.Tools.Contains("run_command")).ToList();
        Assert.NotEmpty(agents);
        Assert.All(agents, agent => Assert.True(agent.Approval.Asks("run_command", ToolRisk.Execute)));
    }

    private static Task<Engine> StartAsync(ScriptedModelProvider.Script call, params (string Key, string Value)[] settings) =>
        StartAsync(new AgentScript().For("Work", call, Says("Done.")), settings);

    private static async Task<Engine> StartAsync(AgentScript script, params (string Key, string Value)[] settings)
    {
        var engine = await Engine.StartAsync(script.Play, settings: settings);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["run_command"], Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll } });
        return engine;
    }
}
