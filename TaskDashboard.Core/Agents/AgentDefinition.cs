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

    /// <summary><c>provider/model</c>; null takes the model of the agent's role, and failing that the default one.</summary>
    public string? Model { get; init; }

    /// <summary>Names of the tools that it may use.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Names of the skills that it may load; null (default) for every one that there is.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>Which of its tool calls need a person's approval.</summary>
    public ApprovalPolicy Approval { get; init; } = new();

    /// <summary>Servers of the Model Context Protocol whose tools it may use besides. They hold secrets: show them by way of <see cref="McpSecrets"/>.</summary>
    /// <remarks>A document that was stored before there were any has no such list.</remarks>
    public IReadOnlyList<McpServerDefinition> McpServers { get => field ?? []; init; } = [];

    /// <summary>Accent colour, as <c>#rrggbb</c>.</summary>
    public string Color { get; init; } = "#4f6bed";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Where agents are kept.</summary>
public interface IAgentStore
{
    /// <summary>All agents by name.</summary>
    Task<IReadOnlyList<AgentDefinition>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One agent, or null. Answered from memory: every new task asks.</summary>
    ValueTask<AgentDefinition?> FindAsync(string agentId, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces it; on disk when the task completes.</summary>
    Task SaveAsync(AgentDefinition agent, CancellationToken cancellationToken = default);

    /// <summary>Changes it as it stands, one change after the other: of two at the same time neither undoes the other. On disk when the task completes.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="change">Makes the changed agent of the stored one; what it throws leaves everything as it is.</param>
    /// <param name="cancellationToken">Gives up before it is its turn.</param>
    /// <returns>The agent as it is stored now; null when there is none.</returns>
    Task<AgentDefinition?> UpdateAsync(string agentId, Func<AgentDefinition, AgentDefinition> change, CancellationToken cancellationToken = default);

    /// <summary>Removes it; false when there is none. Its tasks keep its name.</summary>
    Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default);
}
