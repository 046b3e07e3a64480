using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Events;

/// <summary>
/// What is told about one chat while somebody watches it: the newest events of all its tasks in the order of the log, and the texts that stream
/// in. There with its first viewer, gone with its last; a chat that nobody watches has none, and its tasks pay nothing.
/// </summary>
internal sealed class ChatChannel(string chatId)
{
    /// <summary>How many events are at hand. Who falls further behind than this is sent <c>resync</c> and reads from the store.</summary>
    internal const int Capacity = 512;

    private const int MaxBytes = 1 << 20;

    private readonly Lock gate = new();
    private readonly List<ChatEventFrame> recent = [];
    private readonly List<OpenText> open = [];
    private WakeSignal[] viewers = [];
    private long recentBytes;
    private long droppedId;
    private bool closed;

    public string ChatId => chatId;

    /// <summary>How many watch the chat now.</summary>
    public int ViewerCount => Volatile.Read(ref viewers).Length;

    /// <summary>The newest event that is not at hand any more.</summary>
    public long DroppedId
    {
        get
        {
            lock (gate) return droppedId;
        }
    }

    /// <summary>Takes in what was committed of one of its tasks.</summary>
    public void Publish(AgentTask task, bool ended, IReadOnlyList<TaskEvent> events)
    {
        WakeSignal[] wake;
        lock (gate)
        {
            if (closed) return;
            foreach (var @event in events) Keep(@event, task.IsPrimary);
            if (ended) open.RemoveAll(text => text.TaskId == task.Id);
            wake = viewers;
        }

        foreach (var viewer in wake) viewer.Set();
    }

    /// <summary>Adds streaming text of one of its tasks.</summary>
    /// <returns>False when nobody watches any more: the task need not tell this channel again.</returns>
    public bool Append(string taskId, bool isPrimary, string messageId, EntryRole role, string piece)
    {
        WakeSignal[] wake;
        lock (gate)
        {
            if (closed) return false;
            var text = open.Find(candidate => candidate.MessageId == messageId);
            if (text is null) open.Add(text = new OpenText(taskId, messageId, role) { IsOrdinary = isPrimary });
            text.Append(piece);
            wake = viewers;
        }

        foreach (var viewer in wake) viewer.Set();
        return true;
    }

    /// <summary>The texts that are streaming in.</summary>
    public IReadOnlyList<TaskText> Texts()
    {
        lock (gate) return open.ConvertAll(text => new TaskText(text.TaskId, text.IsOrdinary, text.Snapshot()));
    }

    /// <summary>False when the channel is closed and another one has to be asked for.</summary>
    public bool TryJoin(WakeSignal viewer)
    {
        lock (gate)
        {
            if (closed) return false;
            viewers = [.. viewers, viewer];
            return true;
        }
    }

    /// <returns>True when that was the last one: the channel is closed, and the caller forgets it.</returns>
    public bool Leave(WakeSignal viewer)
    {
        lock (gate)
        {
            viewers = Array.FindAll(viewers, other => other != viewer);
            closed |= viewers.Length == 0;
            return closed;
        }
    }

    /// <summary>What a viewer that has everything up to its cursor has not seen yet.</summary>
    /// <param name="position">Where it is; moved on.</param>
    /// <param name="frames">Filled with what there is for it.</param>
    /// <returns>False when the cursor lies before what is at hand: the store fills that first.</returns>
    public bool TryRead(ViewerPosition position, List<StreamFrame> frames)
    {
        lock (gate)
        {
            if (position.Cursor < droppedId) return false;

            // Ids of one chat are not gapless, but they grow: what is new stands at the end.
            var next = recent.Count;
            while (next > 0 && recent[next - 1].Event.Id > position.Cursor) next--;
            for (; next < recent.Count; next++)
            {
                frames.Add(recent[next]);
                position.Cursor = recent[next].Event.Id;
            }

            foreach (var text in open)
            {
                var offset = position.OffsetIn(text);
                if (offset == text.Length) continue;
                frames.Add(text.Since(offset));
                position.MoveTo(text, text.Length);
            }

            position.ForgetTextsBut(open);
            return true;
        }
    }

    private void Keep(TaskEvent @event, bool isPrimary)
    {
        var finished = @event.Data switch
        {
            MessageData message => message.MessageId,
            ThoughtData thought => thought.MessageId,
            _ => null,
        };
        if (finished is not null && open.Count > 0) open.RemoveAll(text => text.MessageId == finished);

        recent.Add(new ChatEventFrame(@event, isPrimary));
        recentBytes += @event.Json.Length;
        var surplus = 0;
        for (; recent.Count - surplus > Capacity || (recentBytes > MaxBytes && recent.Count - surplus > 1); surplus++)
        {
            recentBytes -= recent[surplus].Event.Json.Length;
            droppedId = recent[surplus].Event.Id;
        }

        if (surplus > 0) recent.RemoveRange(0, surplus);
    }
}
