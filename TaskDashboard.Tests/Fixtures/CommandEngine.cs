using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>An engine whose agent runs the command that it is told, unasked.</summary>
internal static class CommandEngine
{
    public static async Task<Engine> StartAsync(params (string Key, string Value)[] settings)
    {
        var engine = await Engine.StartAsync(
            model => model.Always((messages, observer, token) =>
            {
                var order = messages.First(message => message.Role == Microsoft.Extensions.AI.ChatRole.User).Text;
                var answer = messages.Any(message => message.Role == Microsoft.Extensions.AI.ChatRole.Tool) ? Says("Done.") : Calls(Call("run_command", ("command", order)));
                return answer(messages, observer, token);
            }),
            settings: settings);
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(engine.AgentId))! with { Tools = ["run_command"], Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll } });
        return engine;
    }

    /// <summary>Runs a command in a task of its own; what the model and people are told of it.</summary>
    public static async Task<ToolResultData> RunAsync(this Engine engine, string command, Func<CreateTask, CreateTask>? with = null)
    {
        var task = await engine.CreateAsync(command, with);
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
        return (await engine.Reader.ListEventsAsync(task.Id, 0, 100)).Select(@event => @event.Data).OfType<ToolResultData>().Single();
    }
}
