namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>budgets</c>.</summary>
internal sealed class BudgetRow
{
    public string Id { get; set; } = "";
    public int Scope { get; set; }
    public string Target { get; set; } = "";
    public double Usd { get; set; }
    public long CreatedAt { get; set; }
    public long UpdatedAt { get; set; }
}

/// <summary>A row of <c>usage_days</c>: what the model calls of one day, person, agent and model came to. Stays when tasks are deleted.</summary>
internal sealed class UsageDayRow
{
    /// <summary>In UTC, as 20261121: the day on which the calls were committed.</summary>
    public int Day { get; set; }

    /// <summary>For whom the tasks were; empty for nobody.</summary>
    public string PersonId { get; set; } = "";
    public string AgentId { get; set; } = "";
    public string Model { get; set; } = "";
    public long Calls { get; set; }
    public long InputTokens { get; set; }
    public long OutputTokens { get; set; }
    public long CachedTokens { get; set; }

    /// <summary>Of the calls that have a price; null where none has.</summary>
    public double? Cost { get; set; }
}
