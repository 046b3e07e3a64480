using TaskDashboard.Core.Approvals;

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

    /// <summary>Removes it; false when there is none. Its tasks keep its name.</summary>
    Task<bool> DeleteAsync(string agentId, CancellationToken cancellationToken = default);
}
