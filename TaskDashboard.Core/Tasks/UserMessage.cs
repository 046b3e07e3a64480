using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;

namespace TaskDashboard.Core.Tasks;

/// <summary>What enters a task's transcript from outside: a person's message, and a remark to people.</summary>
internal static class UserMessage
{
    public static ChatEntry New(IdSource ids, AgentTask task, string text, IReadOnlyList<AttachedFile>? attachments = null) => new()
    {
        MessageId = ids.NewMessage(),
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        Role = EntryRole.User,
        Text = text,
        Attachments = attachments,
        State = EntryState.Stored,
    };

    /// <summary>A remark to people, for the log and the transcript; no model is told.</summary>
    public static LogEntry Notice(IdSource ids, AgentTask task, string text)
    {
        var entry = New(ids, task, text) with { Role = EntryRole.Notice, State = EntryState.Read };
        return new LogEntry(new MessageData(entry.MessageId, EntryRole.Notice, text), entry);
    }
}
