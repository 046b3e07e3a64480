namespace TaskDashboard.Core.Retention;

/// <summary>What one pass of retention removed.</summary>
public sealed record Purge
{
    /// <summary>Grows; the cursor.</summary>
    public long Id { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public long DurationMs { get; init; }

    /// <summary>How many completed tasks it removed.</summary>
    public int Completed { get; init; }

    /// <summary>How many failed tasks it removed.</summary>
    public int Failed { get; init; }

    /// <summary>How many cancelled tasks it removed.</summary>
    public int Cancelled { get; init; }

    /// <summary>How many were old enough and stayed, because something still needs them: a live task above or below, or a trigger.</summary>
    public int Kept { get; init; }

    /// <summary>When the oldest of what was removed had ended; null when nothing was.</summary>
    public DateTimeOffset? OldestEndedAt { get; init; }

    /// <summary>How many it removed.</summary>
    public int Removed => Completed + Failed + Cancelled;
}
