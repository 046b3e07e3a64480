namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>imports</c>: one that is on its way in. There until its tasks are, so that a start finds what a crash left half done.</summary>
internal sealed class ImportRow
{
    public string Id { get; set; } = "";

    /// <summary>The first of the task numbers that are set aside for it.</summary>
    public long FirstKey { get; set; }
    public long LastKey { get; set; }
    public long CreatedAt { get; set; }
}

/// <summary>A row of <c>imported_tasks</c>: a task as its export told it, word for word, so that it can be exported again as it was.</summary>
internal sealed class ImportedTaskRow
{
    public long Key { get; set; }
    public string Document { get; set; } = "";
}

/// <summary>A row of <c>purges</c>: what one pass of retention removed.</summary>
internal sealed class PurgeRow
{
    public long Id { get; set; }
    public long At { get; set; }
    public long DurationMs { get; set; }
    public int Completed { get; set; }
    public int Failed { get; set; }
    public int Cancelled { get; set; }

    /// <summary>How many were old enough and could not be removed.</summary>
    public int Kept { get; set; }

    /// <summary>When the oldest of what was removed had ended.</summary>
    public long? OldestEndedAt { get; set; }
}
