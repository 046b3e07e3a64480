namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>events</c>: appended, never changed. <see cref="Id"/> is the row id, so appending touches the table's end only.</summary>
internal sealed class EventRow
{
    public long Id { get; set; }

    /// <summary>The task's number rather than its id: the index on (task, seq) stays a third of the size, and its hot pages few.</summary>
    public long TaskKey { get; set; }
    public long Seq { get; set; }
    public string Type { get; set; } = "";
    public long At { get; set; }
    public string? RunId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>A row of <c>messages</c>.</summary>
internal sealed class MessageRow
{
    public string Id { get; set; } = "";
    public long TaskKey { get; set; }
    public string? RunId { get; set; }

    /// <summary>0 while the message is open.</summary>
    public long Seq { get; set; }
    public int Role { get; set; }
    public string Text { get; set; } = "";
    public string? ToolName { get; set; }
    public string? CallId { get; set; }
    public string? ToolStatus { get; set; }
    public int Step { get; set; }
    public string? ProviderData { get; set; }
    public string? ClientMessageId { get; set; }

    /// <summary>What came with it, as JSON; null for nothing.</summary>
    public string? Attachments { get; set; }

    /// <summary>The task that a word of another task comes from.</summary>
    public string? FromTaskId { get; set; }

    /// <summary>When a message that waits to be read is due; without meaning for any other.</summary>
    public int Mode { get; set; }
    public int State { get; set; }
    public long CreatedAt { get; set; }
}

/// <summary>What is left of a deleted task: enough to tell list viewers that come back later, and what it cost those above it.</summary>
internal sealed class DeletedTaskRow
{
    public long Key { get; set; }
    public string Id { get; set; } = "";
    public string ChatId { get; set; } = "";
    public string UserId { get; set; } = "";
    public string SessionId { get; set; } = "";
    public string? PersonId { get; set; }
    public string AccessChatId { get; set; } = "";
    public string? ParentTaskId { get; set; }
    public double? Cost { get; set; }
    public long DeletedAt { get; set; }
}
