namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>triggers</c>. What people set is in <see cref="Definition"/>; the columns are what changes by itself and what is searched for.</summary>
internal sealed class TriggerRow
{
    public string Id { get; set; } = "";
    public string TaskId { get; set; } = "";
    public string Definition { get; set; } = "";

    /// <summary>The person whose it is.</summary>
    public string? PersonId { get; set; }
    public int State { get; set; }
    public string? StateText { get; set; }

    /// <summary>The last slot that was looked at: it ran, or was skipped, and stands in <c>trigger_firings</c>.</summary>
    public long? Cursor { get; set; }
    public long? NextAt { get; set; }
    public long Fired { get; set; }

    /// <summary>Firings up to this one do not count for the breaker: it was reset behind it.</summary>
    public long ResetAt { get; set; }

    /// <summary>Digest of what the address of a webhook ends with.</summary>
    public string? Token { get; set; }
    public long CreatedAt { get; set; }
    public long UpdatedAt { get; set; }
}

/// <summary>A row of <c>trigger_firings</c>: a slot that ran, waits to run, or was skipped and why. One for each slot of a trigger.</summary>
internal sealed class FiringRow
{
    public long Id { get; set; }
    public string TriggerId { get; set; } = "";

    /// <summary>What makes it one of a kind: the moment of a schedule, the id of a delivery, a number of its own for run now.</summary>
    public string Slot { get; set; } = "";
    public int Source { get; set; }
    public int Outcome { get; set; }
    public string? Reason { get; set; }

    /// <summary>The moment that it was for; the first of them where it stands for several slots that were skipped together.</summary>
    public long DueAt { get; set; }
    public long ThroughAt { get; set; }
    public int Slots { get; set; }
    public long At { get; set; }
    public string? TaskId { get; set; }

    /// <summary>Which run of the task it opened: its number, because the run is opened later, and perhaps by another process.</summary>
    public int? RunNumber { get; set; }

    /// <summary>What the agent is told.</summary>
    public string? Message { get; set; }
}

/// <summary>A row of <c>webhook_deliveries</c>: what came in at the address of a webhook, whether it was taken or not.</summary>
internal sealed class DeliveryRow
{
    public long Id { get; set; }
    public string TriggerId { get; set; } = "";
    public long At { get; set; }
    public int Status { get; set; }
    public string? DeliveryId { get; set; }
    public long Size { get; set; }
    public string Text { get; set; } = "";
}
