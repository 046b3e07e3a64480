namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>tasks</c>. Times are milliseconds since 1970 UTC.</summary>
internal sealed class TaskRow
{
    public long Key { get; set; }
    public string Id { get; set; } = "";
    public string Title { get; set; } = "";
    public string? Name { get; set; }
    public int Status { get; set; }

    /// <summary>0 needs a person, 1 running, 2 waiting for something else, 3 everything else: the first part of the default order.</summary>
    public int Attention { get; set; }
    public string? Reason { get; set; }
    public string? ReasonText { get; set; }
    public long ReasonAt { get; set; }
    public long? DueAt { get; set; }
    public string AgentId { get; set; } = "";
    public string AgentName { get; set; } = "";
    public string Model { get; set; } = "";
    public string ChatId { get; set; } = "";
    public bool IsPrimary { get; set; }
    public string UserId { get; set; } = "";
    public string? PersonId { get; set; }
    public string AccessChatId { get; set; } = "";
    public string SessionId { get; set; } = "";
    public string? RunId { get; set; }
    public int RunCount { get; set; }

    /// <summary>What opens the next run, while it is pending.</summary>
    public int NextCause { get; set; }
    public int Priority { get; set; }
    public string? Metadata { get; set; }
    public string? ParentTaskId { get; set; }
    public string? ParentRunId { get; set; }
    public string? ParentCallId { get; set; }
    public string? ParentAgentId { get; set; }
    public string WorkDir { get; set; } = "";
    public int? TimeoutS { get; set; }
    public long CreatedAt { get; set; }
    public long? StartedAt { get; set; }
    public long? EndedAt { get; set; }
    public long? DurationMs { get; set; }
    public long UpdatedAt { get; set; }
    public long InputTokens { get; set; }
    public long OutputTokens { get; set; }
    public long CachedTokens { get; set; }
    public double? Cost { get; set; }
    public long Version { get; set; }
    public long LastSeq { get; set; }
    public long Fence { get; set; }
    public string? OwnerId { get; set; }

    /// <summary>JSON; null for none.</summary>
    public string? DependsOn { get; set; }
    public long? DelayUntil { get; set; }
    public int MaxAttempts { get; set; }
    public int Attempt { get; set; }
    public bool AcceptsMessages { get; set; }

    /// <summary>The stop receipt as JSON.</summary>
    public string? Stop { get; set; }
    public string? Fingerprint { get; set; }

    /// <summary>What few tasks have, as JSON: further folders, skills and servers, a worktree. Null for none of it.</summary>
    public string? Settings { get; set; }
}
