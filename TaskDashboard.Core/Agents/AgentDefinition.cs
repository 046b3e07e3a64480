using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Mcp;

namespace TaskDashboard.Core.Agents;

/// <summary>A configured worker: what a task is given to. Stored, and listed on the Agents page.</summary>
public sealed record AgentDefinition
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>One sentence for people who choose an agent.</summary>
    public string Description { get; init; } = "";

    /// <summary>Goes to the model before everything else.</summary>
    public string Instructions { get; init; } = "";

    /// <summary><c>provider/model</c>; null takes the model of <see cref="Role"/>, and failing that the default one.</summary>
    public string? Model { get; init; }

    /// <summary>Which entry of <c>TaskDashboard:Roles</c> names its model when it has none of its own: 1 to 32 of a-z, 0-9, _ and -. Default <c>task</c>.</summary>
    public string Role { get => field ?? DefaultRole; init; } = DefaultRole;

    /// <summary>Names of the tools that it may use.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Names of the skills that it may load; null (default) for every one that there is.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>Which of its tool calls need a person's approval.</summary>
    public ApprovalPolicy Approval { get; init; } = new();

    /// <summary>Servers of the Model Context Protocol whose tools it may use besides. They hold secrets: show them by way of <see cref="McpSecrets"/>.</summary>
    /// <remarks>A document that was stored before there were any has no such list.</remarks>
    public IReadOnlyList<McpServerDefinition> McpServers { get => field ?? []; init; } = [];

    /// <summary>What each run of it may use up.</summary>
    public AgentLimits Limits { get => field ?? AgentLimits.None; init; } = AgentLimits.None;

    /// <summary>The folder that its tasks work in when they name none; null gives each a folder of its own. Absolute, as for a task.</summary>
    public string? WorkDir { get; init; }

    /// <summary>Further folders that its tasks reach when they name none, as for a task: up to 10.</summary>
    public IReadOnlyList<string> AddDirs { get => field ?? []; init; } = [];

    /// <summary>Since when it takes no new tasks; null while it does. Its live tasks go on, and its ended ones can be continued.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>Accent colour, as <c>#rrggbb</c>.</summary>
    public string Color { get; init; } = "#4f6bed";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Grows with every change. Given by the store; 0 until it is stored.</summary>
    public long Version { get; init; }

    /// <summary>What <see cref="Role"/> is when nobody says.</summary>
    public const string DefaultRole = "task";
}

/// <summary>Where agents are kept.</summary>
public interface IAgentStore
{
    /// <summary>All agents by name.</summary>
    Task<IReadOnlyList<AgentDefinition>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One agent, or null. Answered from memory: every new task asks.</summary>
    ValueTask<AgentDefinition?> FindAsync(string agentId, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces it, whatever it was; on disk when the task completes. To change one, use <see cref="ChangeAsync"/>.</summary>
    Task SaveAsync(AgentDefinition agent, CancellationToken cancellationToken = default);

    /// <summary>Changes it as it stands: changes come one after the other, and none is lost to another one. On disk when the task completes.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="change">Called with the agent as the change before left it. What it throws comes out here, and nothing is changed.</param>
    /// <param name="cancellationToken">Gives up, as long as it is not its turn.</param>
    /// <returns>The agent after it; null when there is none.</returns>
    Task<AgentDefinition?> ChangeAsync(string agentId, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken = default);

    /// <summary>Removes it; false when there is none. Its tasks keep its name.</summary>
    /// <remarks>Leaves its tasks alone: whoever wants them stopped first uses <see cref="IAgentRemoval"/>.</remarks>
    Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default);
}

/// <summary>What is asked of the store often.</summary>
public static class AgentStoreExtensions
{
    /// <summary>The agents that take new tasks, by name.</summary>
    public static async Task<IReadOnlyList<AgentDefinition>> ListAvailableAsync(this IAgentStore agents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agents);
        return [.. (await agents.ListAsync(cancellationToken)).Where(agent => agent.ArchivedAt is null)];
    }
}
