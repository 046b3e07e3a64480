namespace TaskDashboard.Core.Usage;

/// <summary>What is asked of the books of model calls.</summary>
public sealed record UsageQuery
{
    /// <summary>The first day, in UTC.</summary>
    public DateOnly From { get; init; }

    /// <summary>The last day; at most <see cref="MostDays"/> behind the first.</summary>
    public DateOnly To { get; init; }

    /// <summary>What has a line of its own: any of them together; none for one sum of all.</summary>
    public UsageGroups Groups { get; init; } = UsageGroups.Day;

    /// <summary>Only what was done for this person; null for everybody.</summary>
    public string? PersonId { get; init; }

    public const int MostDays = 3_660;
}

/// <summary>By what usage is told apart.</summary>
[Flags]
public enum UsageGroups
{
    None = 0,
    Day = 1,
    Agent = 2,
    Model = 4,
    Person = 8,
}

/// <summary>What model calls came to.</summary>
/// <param name="Day">Null where days are not told apart; so with the others.</param>
/// <param name="PersonId">For whom the tasks were; empty for nobody's.</param>
/// <param name="AgentId">Whose tasks they were.</param>
/// <param name="Model">What was called.</param>
/// <param name="Calls">How many calls.</param>
/// <param name="Input">Tokens sent.</param>
/// <param name="Output">Tokens received.</param>
/// <param name="Cached">Those of the sent that were cached.</param>
/// <param name="Cost">Estimated US dollars of those that have a price; null where none has.</param>
public sealed record UsageLine(DateOnly? Day, string? PersonId, string? AgentId, string? Model, long Calls, long Input, long Output, long Cached, decimal? Cost);
