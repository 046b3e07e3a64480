using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Identity;

namespace TaskDashboard.Core.Tasks;

/// <summary>A person's message to a task, as it enters the transcript.</summary>
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
}
