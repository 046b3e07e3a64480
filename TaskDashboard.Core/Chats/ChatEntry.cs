using System.Text.Json.Serialization;
using TaskDashboard.Core.Attachments;

namespace TaskDashboard.Core.Chats;

/// <summary>One durable entry of a chat's transcript: a Message of the design, named so because ChatMessage is the model library's.</summary>
public sealed record ChatEntry
{
    public required string MessageId { get; init; }

    public required string TaskId { get; init; }

    public required string ChatId { get; init; }

    public required string SessionId { get; init; }

    public string? RunId { get; init; }

    /// <summary>Its place in the task's transcript: the sequence number of the event that made it known. 0 for an open message.</summary>
    public long Seq { get; init; }

    public EntryRole Role { get; init; }

    /// <summary>The text; for a tool call its arguments as JSON, for a result its content.</summary>
    public required string Text { get; init; }

    /// <summary>The tool, for tool calls and their results.</summary>
    public string? ToolName { get; init; }

    public string? CallId { get; init; }

    /// <summary>Outcome of a tool call (<c>success</c>, <c>error</c>, <c>cancelled</c>, <c>unknown</c>); null elsewhere.</summary>
    public string? ToolStatus { get; init; }

    /// <summary>The model call of the run that it belongs to; entries of one step go to the model as one message.</summary>
    public int Step { get; init; }

    /// <summary>The other task that a <see cref="EntryRole.Subtask"/> entry comes from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? FromTaskId { get; init; }

    /// <summary>The files that a person's message took along; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyList<AttachedFile>? Attachments { get; init; }

    /// <summary>When a message that waits to be read is due; 0 for any other entry.</summary>
    [JsonIgnore] public Tasks.MessageMode Mode { get; init; }

    /// <summary>What a provider wants to see again with the entry (a signed thought, for example); never shown.</summary>
    [JsonIgnore] public string? ProviderData { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>For a person's message: where it is on its way into the run.</summary>
    public EntryState State { get; init; }
}

/// <summary>Who or what an entry comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryRole>))]
public enum EntryRole
{
    [JsonStringEnumMemberName("user")] User,
    [JsonStringEnumMemberName("assistant")] Assistant,
    [JsonStringEnumMemberName("thought")] Thought,
    [JsonStringEnumMemberName("tool_use")] ToolUse,
    [JsonStringEnumMemberName("tool_result")] ToolResult,

    /// <summary>A remark of the engine to people, such as "cut off here"; not sent to the model.</summary>
    [JsonStringEnumMemberName("notice")] Notice,

    /// <summary>News of another task, told to the model: the end of a child with its result, or another agent's word.</summary>
    [JsonStringEnumMemberName("subtask")] Subtask,

    /// <summary>What the model has made of everything before it, and is sent instead of it from then on. The entries that it stands for stay.</summary>
    [JsonStringEnumMemberName("summary")] Summary,
}

/// <summary>Where an entry is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryState>))]
public enum EntryState
{
    /// <summary>Text that is still streaming in; the row is a checkpoint.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>On disk, and not yet given to a model.</summary>
    [JsonStringEnumMemberName("stored")] Stored,

    /// <summary>Whole; for a person's message: a model has been given it.</summary>
    [JsonStringEnumMemberName("read")] Read,

    /// <summary>Taken back before a model was given it. Only events say so: the entry is gone.</summary>
    [JsonStringEnumMemberName("removed")] Removed,
}
