using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
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
        await using var engine = await StartAsync(Calls(Call("run_command", ("command", "echo > begun; sleep 600 & sleep 600"))));
        var task = await engine.CreateAsync("Work");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(task.WorkDir, "begun")));

        await engine.Tasks.CancelAsync(task.Id, CancelScope.Tree, "you");
        var ended = await engine.WaitForAsync(task.Id, AgentTaskStatus.Cancelled);

        Assert.True(ended.Stop!.ProcessesReaped >= 2, $"{ended.Stop}");
        Assert.Equal(0, ended.Stop.CallsAfter);
    }

    [Fact]
    public async Task ReadyMadeAgents_RunNoCommandUnasked()
    {
        await using var engine = await Engine.StartAsync();

        var agents = (await engine.Services.GetRequiredService<IAgentStore>().ListAsync()).Where(agent => agent.Tools.Contains("run_command")).ToList();
        Assert.NotEmpty(agents);
        Assert.All(agents, agent => Assert.True(agent.Approval.Asks("run_command", ToolRisk.Execute)));
    }

    private static async Task<Engine> StartAsync(ScriptedModelProvider.Script call)
    {
        var engine = await Engine.StartAsync(new AgentScript().For("Work", call, Says("Done.")).Play);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["run_command"], Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll } });
        return engine;
    }
}
