using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// The changes that an inbox goes through. It is part of the task as the writer sees it: a message is put in, changed, moved, taken back or read
/// by one change each, so that none is lost, read twice or changed after it was read.
/// </summary>
internal static class Inbox
{
    /// <summary>Most messages that may wait to be read.</summary>
    public const int MostMessages = 100;

    /// <summary>Most text that may wait to be read, in UTF-16 units; one message may always be.</summary>
    public const int MostText = 4 << 20;

    public static bool IsFull(AgentTask task) =>
        task.Inbox.Count >= MostMessages || (task.Inbox.Count > 0 && task.Inbox.Sum(message => (long)message.Text.Length) >= MostText);

    /// <summary>May one of its messages grow, as far as the others leave room for it?</summary>
    public static bool HasRoomBeside(AgentTask task, QueuedMessage one) =>
        task.Inbox.Sum(message => message.MessageId == one.MessageId ? 0 : (long)message.Text.Length) < MostText;

    public static TaskChange Put(ChatEntry entry, MessageMode mode, string? clientMessageId, DateTimeOffset now, bool isNewsOfAnEnd = false)
    {
        var queued = new QueuedMessage { MessageId = entry.MessageId, Text = entry.Text, Attachments = entry.Attachments, Role = entry.Role, Mode = mode, CreatedAt = now, FromTaskId = entry.FromTaskId, IsNewsOfAnEnd = isNewsOfAnEnd };
        return new TaskChange
        {
            Log = [Stored(entry with { Mode = mode }, clientMessageId)],
            TakeAttachments = [.. entry.Attachments?.Select(file => file.Id) ?? []],
            Edit = task => task with { Inbox = [.. task.Inbox, queued] },
        };
    }

    /// <summary>Reads what is due: each message moves to where the model is given it.</summary>
    /// <param name="task">The task as it is.</param>
    /// <param name="runId">The run that reads.</param>
    /// <param name="step">The model call that will be given them.</param>
    /// <param name="turnEnded">True at the end of a turn, when queued ones are due too.</param>
    /// <returns>Null when nothing is due.</returns>
    public static TaskChange? Read(AgentTask task, string runId, int step, bool turnEnded)
    {
        var due = task.Inbox.Where(message => message.IsDue(turnEnded)).ToList();
        if (due.Count == 0) return null;
        return new TaskChange
        {
            Log = due.ConvertAll(message =>
            {
                var entry = ToEntry(task, message) with { State = EntryState.Read, RunId = runId, Step = step };
                return new LogEntry(new MessageData(entry.MessageId, entry.Role, entry.Text) { State = EntryState.Read, Step = step, From = entry.FromTaskId, Attachments = entry.Attachments }, entry);
            }),
            Edit = row => row with { Inbox = [.. row.Inbox.Where(message => !due.Contains(message))] },
        };
    }

    /// <summary>Takes messages out unread: taken back by whoever wrote them, or told in another way.</summary>
    public static TaskChange Remove(AgentTask task, IReadOnlyList<QueuedMessage> messages) => new()
    {
        Log = [.. messages.Select(message => new LogEntry(
            new MessageData(message.MessageId, message.Role, "") { State = EntryState.Removed, From = message.FromTaskId },
            ToEntry(task, message) with { Text = "", State = EntryState.Removed }))],
        Edit = row => row with { Inbox = [.. row.Inbox.Where(message => !messages.Any(removed => removed.MessageId == message.MessageId))] },
    };

    /// <summary>Gives the inbox another order or other words. What changed its place or its words is told again, in the new order.</summary>
    public static TaskChange Arrange(AgentTask task, IReadOnlyList<QueuedMessage> arranged)
    {
        var kept = 0;
        while (kept < arranged.Count && kept < task.Inbox.Count && arranged[kept] == task.Inbox[kept]) kept++;
        return new TaskChange
        {
            Log = [.. arranged.Skip(kept).Select(message => Stored(ToEntry(task, message) with { State = EntryState.Stored }, null))],
            Edit = row => row with { Inbox = arranged },
        };
    }

    private static LogEntry Stored(ChatEntry entry, string? clientMessageId) =>
        new(new MessageData(entry.MessageId, entry.Role, entry.Text) { State = EntryState.Stored, From = entry.FromTaskId, Attachments = entry.Attachments }, entry, clientMessageId);

    private static ChatEntry ToEntry(AgentTask task, QueuedMessage message) => new()
    {
        MessageId = message.MessageId,
        TaskId = task.Id,
        ChatId = task.ChatId,
        SessionId = task.SessionId,
        Role = message.Role,
        Text = message.Text,
        Attachments = message.Attachments,
        FromTaskId = message.FromTaskId,
        Mode = message.Mode,
        CreatedAt = message.CreatedAt,
        State = EntryState.Stored,
    };
}
