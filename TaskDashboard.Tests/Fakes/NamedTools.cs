using Microsoft.Extensions.AI;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Tools of certain names and risks that do nothing.</summary>
internal sealed class NamedTools(params (string Name, ToolRisk Risk)[] tools) : IToolSource
{
    public IReadOnlyList<string> Names { get; } = [.. tools.Select(tool => tool.Name)];

    public IEnumerable<AgentTool> Create(ToolContext context) =>
        tools.Select(tool => new AgentTool(AIFunctionFactory.Create(() => "", tool.Name, $"Does {tool.Name}."), tool.Risk, _ => tool.Name));
}
