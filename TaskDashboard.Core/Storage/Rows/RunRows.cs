namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>runs</c>.</summary>
internal sealed class RunRow
{
    public string Id { get; set; } = "";
    public long TaskKey { get; set; }
    public int Attempt { get; set; }
    public int Cause { get; set; }
    public string Model { get; set; } = "";
    public long StartedAt { get; set; }
    public long? EndedAt { get; set; }
    public int? Outcome { get; set; }
    public string? OutcomeText { get; set; }
    public long InputTokens { get; set; }
    public long OutputTokens { get; set; }
    public long CachedTokens { get; set; }
    public double? Cost { get; set; }
}

/// <summary>A row of <c>steps</c>: written once, when the step has ended.</summary>
internal sealed class StepRow
{
    public string Id { get; set; } = "";
    public string RunId { get; set; } = "";
    public int Index { get; set; }
    public int Kind { get; set; }
    public string Name { get; set; } = "";
    public long StartedAt { get; set; }
    public long DurationMs { get; set; }
    public long? FirstTokenMs { get; set; }
    public long InputTokens { get; set; }
    public long OutputTokens { get; set; }
    public long CachedTokens { get; set; }
    public double? Cost { get; set; }
    public int Retries { get; set; }

    /// <summary>What its attempts came to before the last one, as JSON; null where the first one went through.</summary>
    public string? Attempts { get; set; }
    public string? CallId { get; set; }
    public int Outcome { get; set; }
    public string? Error { get; set; }
}

/// <summary>A row of <c>owners</c>: a process that runs tasks, with the lease that it renews.</summary>
internal sealed class OwnerRow
{
    public string Id { get; set; } = "";
    public string Machine { get; set; } = "";
    public int ProcessId { get; set; }
    public long StartedAt { get; set; }

    /// <summary>Until when the lease holds.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>Null for one that did not say goodbye.</summary>
    public long? EndedAt { get; set; }
}
