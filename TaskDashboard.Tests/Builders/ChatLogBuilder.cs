using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Builders;

/// <summary>Writes the log of a chat: what its tasks log, in one order. The first task is its primary one.</summary>
internal sealed class ChatLogBuilder(params string[] taskIds)
{
    private readonly Dictionary<string, TaskLogBuilder> logs = taskIds.ToDictionary(id => id, id => new TaskLogBuilder(id));
    private long id;

    public long LastId => id;

    public ChatEventFrame Of(string taskId, Func<TaskLogBuilder, EventFrame> write)
    {
        var @event = write(logs[taskId]).Event with { Id = ++id };
        return new ChatEventFrame(@event, taskId == taskIds[0]);
    }

    public ChatEventFrame Begun(string taskId) => Of(taskId, log => log.Status(AgentTaskStatus.Pending));

    public ChatEventFrame Said(string taskId, string messageId, string text, EntryRole role = EntryRole.Assistant) =>
        Of(taskId, log => log.Said(messageId, text, role, role == EntryRole.User ? EntryState.Read : null));

    public DeltaFrame Delta(string taskId, string messageId, int offset, string text) => logs[taskId].Delta(messageId, offset, text);

    public static ChatSnapshotFrame Snapshot(long lastId, bool resync, params AgentTask[] tasks) => new(
        new ChatPicture(new Chat { ChatId = "chat_1", UserId = "user_local", Title = "A chat", AccessChatId = "chat_1" }, tasks, lastId), [], resync);

    public static AgentTask ATaskOf(string taskId, bool isPrimary, long lastSeq = 0, AgentTaskStatus status = AgentTaskStatus.Running) =>
        ATask.With(taskId, status, title: $"Title of {taskId}", lastSeq: lastSeq) with { IsPrimary = isPrimary };
}
