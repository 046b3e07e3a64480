using TaskDashboard.Core.Agents;

namespace TaskDashboard.App.ViewModels.Agents;

/// <summary>What became of a file that somebody wanted to import.</summary>
/// <param name="FileName">As its owner knows it.</param>
public sealed record ImportResult(string FileName)
{
    /// <summary>The agent that was made; null when none was.</summary>
    public AgentDefinition? Agent { get; init; }

    /// <summary>Why none was made.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What the agent names that is not here.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Which secrets have to be given again.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
