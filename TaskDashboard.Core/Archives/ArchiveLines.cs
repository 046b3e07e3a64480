using System.Text.Json;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;

namespace TaskDashboard.Core.Archives;

/// <summary>A line of <c>events.jsonl</c>: an event of the task's log, without what only one store can know.</summary>
internal sealed record EventLine(long Seq, string Type, DateTimeOffset At, string? RunId, JsonElement Data);

/// <summary>A line of <c>messages.jsonl</c>: an entry of the transcript. What only a provider wants to see again is not in it, for nothing goes on from here.</summary>
internal sealed record MessageLine
{
    public required string MessageId { get; init; }

    public long Seq { get; init; }

    public string? RunId { get; init; }

    public EntryRole Role { get; init; }

    public required string Text { get; init; }

    public string? ToolName { get; init; }

    public string? CallId { get; init; }

    public string? ToolStatus { get; init; }

    public int Step { get; init; }

    public string? FromTaskId { get; init; }

    public IReadOnlyList<AttachedFile>? Attachments { get; init; }

    public EntryState State { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public static MessageLine Of(ChatEntry entry, ImportedIds ids) => new()
    {
        MessageId = ids.Map(entry.MessageId),
        Seq = entry.Seq,
        RunId = ids.MapAny(entry.RunId),
        Role = entry.Role,
        Text = entry.Text,
        ToolName = entry.ToolName,
        CallId = entry.CallId,
        ToolStatus = entry.ToolStatus,
        Step = entry.Step,
        FromTaskId = ids.MapAny(entry.FromTaskId),
        Attachments = ids.Map(entry.Attachments),
        State = entry.State,
        CreatedAt = entry.CreatedAt,
    };

    public ChatEntry ToEntry(string taskId, string chatId, string sessionId, ImportedIds ids) => new()
    {
        MessageId = ids.Map(MessageId),
        TaskId = taskId,
        ChatId = chatId,
        SessionId = sessionId,
        Seq = Seq,
        RunId = ids.MapAny(RunId),
        Role = Role,
        Text = Text,
        ToolName = ToolName,
        CallId = CallId,
        ToolStatus = ToolStatus,
        Step = Step,
        FromTaskId = ids.MapAny(FromTaskId),
        Attachments = ids.Map(Attachments),
        State = State,
        CreatedAt = CreatedAt,
    };
}

/// <summary>A line of <c>attachments.jsonl</c>. The digest says where its content is; it is null where that was lost before the export.</summary>
internal sealed record AttachmentLine(string Id, string Name, string MediaType, long Size, DateTimeOffset CreatedAt, string? Sha256);
