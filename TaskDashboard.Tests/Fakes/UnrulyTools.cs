using Microsoft.Extensions.AI;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Fakes;

/// <summary>Tools that do what no tool should.</summary>
internal sealed class UnrulyTools : IToolSource
{
    private readonly (string Name, Func<CancellationToken, Task<object?>> Body)[] tools;

    public UnrulyTools(params (string Name, Func<CancellationToken, Task<object?>> Body)[] tools) => this.tools = tools;

    /// <summary>What they claim to be able to do at worst.</summary>
    public ToolRisk Risk { get; init; } = ToolRisk.Read;

    public IReadOnlyList<string> Names => [.. tools.Select(tool => tool.Name)];

    public IEnumerable<AgentTool> Create(ToolContext context) =>
        tools.Select(tool => new AgentTool(new Function(tool.Name, tool.Body), Risk, _ => $"Misbehave: {tool.Name}"));

    private sealed class Function(string name, Func<CancellationToken, Task<object?>> body) : AIFunction
    {
        public override string Name => name;

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => await body(cancellationToken);
    }
}
