namespace TaskDashboard.Core.Agents;

/// <summary>
/// What each run of an agent may use up. Null takes the server's setting (<c>TaskDashboard:Limits</c>); where both say something, the smaller one holds.
/// </summary>
public sealed record AgentLimits
{
    /// <summary>Most model calls of one run: 1 to 10,000.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Longest time of one run in seconds: 1 to 2,592,000 (30 days). A task's own timeout is held to it too. Time in which a person holds the run does not count.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Most tokens of one run, sent and received ones together, as the provider counts them: 1 to 1,000,000,000,000.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>Most US dollars of one run: above 0, up to 1,000,000. Cannot be held where no price is known for the model.</summary>
    public decimal? MaxCost { get; init; }

    public static AgentLimits None { get; } = new();

    /// <summary>What is out of its range: the field as it is on the wire, and why.</summary>
    public IEnumerable<(string Field, string Problem)> Problems()
    {
        if (MaxSteps is < 1 or > 10_000) yield return ("max_steps", "has to be from 1 to 10,000.");
        if (TimeoutSeconds is < 1 or > 30 * 86_400) yield return ("timeout_seconds", "has to be from 1 to 2,592,000.");
        if (MaxTokens is < 1 or > 1_000_000_000_000) yield return ("max_tokens", "has to be from 1 to 1,000,000,000,000.");
        if (MaxCost is <= 0 or > 1_000_000) yield return ("max_cost", "has to be above 0, and at most 1,000,000.");
    }
}
