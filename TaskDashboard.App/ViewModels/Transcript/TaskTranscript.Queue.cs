using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Messages to the agent: from stored to read, or taken back.</summary>
public sealed partial class TaskTranscript
{
    private readonly List<MessageItem> queue = [];
    private readonly HashSet<string> senders = [];
    private Dictionary<string, MessageMode> modes = [];
    private MessageItem? opening;
    private (string TaskId, AgentTaskStatus Status, long Seq) childEnd;
    private bool isOver;

    /// <summary>
    /// What waits to be read by a live task, in the order in which it will be. Of a task that has ended such messages stand in the transcript, where
    /// they were written, until it goes on.
    /// </summary>
    public IReadOnlyList<MessageItem> Queue => queue;

    /// <summary>Other tasks that the transcript names.</summary>
    public IReadOnlyCollection<string> Senders => senders;

    private void Record(MessageData message, TaskEvent taskEvent)
    {
        if (message.From is { } sender) senders.Add(sender);
        if (message.State == EntryState.Removed)
        {
            TakeBack(message.MessageId);
            return;
        }

        var item = byKey.GetValueOrDefault(message.MessageId) as MessageItem ?? new MessageItem(message.MessageId, message.Role) { At = taskEvent.At };
        item.Body.Close(message.Text);
        item.IsPartial = message.Partial;
        item.Attachments = message.Attachments ?? [];
        item.FromTaskId = message.From;
        item.TaskId = taskEvent.TaskId;
        item.IsCopied = message.Copied;
        item.ToldEnd ??= EndToldBy(message, taskEvent);
        if (item.At == default) item.At = taskEvent.At;
        if (message.Role == EntryRole.Assistant) Activity = null;
        if (message.Role == EntryRole.Summary) wasSummarised = true;

        var isFirst = message is { Role: EntryRole.User, State: null };
        if (isFirst) opening = item;
        (item.State, item.Step) = (isFirst ? EntryState.Stored : message.State, message.Step);
        if (message.State == EntryState.Stored && !isOver) Enqueue(item, taskEvent.Seq);
        else Put(item, TranscriptBand.Logged, taskEvent.Seq);
    }

    /// <summary>To the end: an order that was changed is told by announcing again what moved, one behind the other.</summary>
    private void Enqueue(MessageItem item, long seq)
    {
        item.Mode = modes.TryGetValue(item.Key, out var mode) ? mode : item.Mode;
        if (!queue.Remove(item) && !byKey.TryAdd(item.Key, item)) items.Remove(item);
        item.Place = new TranscriptPlace(TranscriptBand.Logged, seq);
        queue.Add(item);
        item.Touch();
        StructureVersion++;
    }

    private void TakeBack(string messageId)
    {
        if (byKey.GetValueOrDefault(messageId) is not MessageItem item) return;
        queue.Remove(item);
        Remove(item);
    }

    /// <summary>A run began: what the task was made with is in front of the model now.</summary>
    private void ReadOpening()
    {
        if (opening is not { State: EntryState.Stored }) return;
        (opening.State, opening.Step) = (EntryState.Read, 1);
        opening.Touch();
    }

    /// <summary>Behind the end nobody is on the way to a model any more: such messages go where they were written.</summary>
    private void Settle()
    {
        isOver = true;
        foreach (var unread in queue.ToList()) Put(unread, TranscriptBand.Logged, unread.Place.Order);
    }

    /// <summary>The task goes on: what was not read when it ended waits again.</summary>
    private void Unsettle()
    {
        isOver = false;
        foreach (var unread in items.OfType<MessageItem>().Where(item => item.State == EntryState.Stored && item != opening).ToList()) Enqueue(unread, unread.Place.Order);
    }

    /// <summary>The engine tells a child's end and the news of it in one go.</summary>
    private AgentTaskStatus? EndToldBy(MessageData message, TaskEvent taskEvent) =>
        message.Role == EntryRole.Subtask && childEnd.TaskId == message.From && childEnd.Seq == taskEvent.Seq - 1 ? childEnd.Status : null;

    private void LearnModes(AgentTask row)
    {
        modes = row.Inbox.ToDictionary(message => message.MessageId, message => message.Mode);
        foreach (var item in queue)
        {
            if (!modes.TryGetValue(item.Key, out var mode) || item.Mode == mode) continue;
            item.Mode = mode;
            item.Touch();
        }
    }
}
