using System.Text.Json.Serialization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Comparisons;

/// <summary>Tasks that were given the same order at the same time, each to another agent or model.</summary>
/// <param name="Id">Such as <c>comparison_0190…</c>.</param>
/// <param name="Items">Those that are there still, in the order in which they were asked for.</param>
public sealed record Comparison(string Id, IReadOnlyList<AgentTask> Items)
{
    /// <summary>The one that was picked; null while none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? PickedTaskId => Items.FirstOrDefault(task => task.Origin?.PickedAt is not null)?.Id;

    public DateTimeOffset CreatedAt => Items[0].CreatedAt;

    /// <summary>How many of them have not ended.</summary>
    public int LiveCount => Items.Count(task => !task.Status.IsTerminal());
}

/// <summary>Who is given the order.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Model"><c>provider/model</c>; null for the agent's.</param>
public sealed record ComparisonCandidate(string AgentId, string? Model = null);

/// <summary>One order for several.</summary>
/// <param name="Order">What each of them is asked; agent and model are those of the candidates.</param>
/// <param name="Candidates">2 to 6.</param>
public sealed record CreateComparison(CreateTask Order, IReadOnlyList<ComparisonCandidate> Candidates)
{
    public const int Fewest = 2;
    public const int Most = 6;
}

/// <summary>A comparison, and whether it was there before the request.</summary>
/// <param name="Comparison">The comparison.</param>
/// <param name="Existing">An earlier request with the same key has made it.</param>
public sealed record CreatedComparison(Comparison Comparison, bool Existing);
