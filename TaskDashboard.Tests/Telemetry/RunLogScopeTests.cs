using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Telemetry;

/// <summary>Every line that is logged while a run is at work says of which task and which run.</summary>
public sealed class RunLogScopeTests
{
    [Fact]
    public async Task WhatAToolLogs_NamesItsOwnTaskAndRun_AlsoInAChild()
    {
        ILogger? logger = null;
        var tools = new NoteTool(() => logger!.LogWarning("Noted."));
        await using var engine = await Engine.StartWithAsync(
            services => services.AddSingleton<IToolSource>(tools),
            new AgentScript()
                .For("Top", Calls(Call("note")), Calls(Call("spawn_task", ("message", "Leaf"))), Says("Done."))
                .For("Leaf", Calls(Call("note")), Says("Done.")).Play);
        logger = engine.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Test");
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["note", "spawn_task"] });
        var top = await engine.WaitForAsync((await engine.CreateAsync("Top")).Id, AgentTaskStatus.Completed);
        var leaf = Assert.Single(await engine.Store.Reader.ListChildrenAsync(top.Id, default));

        var lines = engine.Logs.Lines.Where(line => line.Message == "Noted.").ToList();

        Assert.Equal([(top.Id, top.RunId), (leaf.Id, leaf.RunId)], lines.Select(line => ((string)line.Scope["task_id"]!, (string?)line.Scope["run_id"])));
    }

    [Fact]
    public async Task WhatTheEngineLogsOfAFailure_StandsInTheRunsScope()
    {
        await using var engine = await Engine.StartAsync(model => model.Always(Fails("No.")));
        var task = await engine.WaitForAsync((await engine.CreateAsync("Go")).Id, AgentTaskStatus.Failed);

        var line = Assert.Single(engine.Logs.Lines, line => line.Message.Contains("failed at its provider", StringComparison.Ordinal));
        Assert.Equal((task.Id, task.RunId), ((string)line.Scope["task_id"]!, (string?)line.Scope["run_id"]));
    }

    private sealed class NoteTool(Action note) : IToolSource
    {
        public IReadOnlyList<string> Names => ["note"];

        public IEnumerable<AgentTool> Create(ToolContext context) => [new AgentTool(AIFunctionFactory.Create(note, "note", "Notes."), ToolRisk.Read, _ => "Note")];
    }
}
