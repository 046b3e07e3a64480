using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Events;

/// <summary>
/// What is told about one task while it is live or watched: its newest events, and the text that streams in. Viewers pull from here at their
/// own pace; a viewer costs a cursor and a wake-up, however slow it is, and nothing here ever waits for one.
/// </summary>
internal sealed class TaskChannel(string taskId)
{
    /// <summary>How many events are at hand for viewers. Who falls further behind than this is sent <c>resync</c> and reads from the store.</summary>
    internal const int Capacity = 256;

    private const int MaxBytes = 1 << 20;

    private readonly Lock gate = new();
    private readonly List<EventFrame> recent = [];
    private readonly List<OpenText> open = [];
    private WakeSignal[] viewers = [];
    private long recentBytes;
    private long lastSeq;
    private AgentTask? state;
    private TaskEvent? deleted;
    private ChatChannel? chat;
    private bool isPrimary;
    private bool closed;
    private bool held;

    public string TaskId => taskId;

    /// <summary>How many watch the task now.</summary>
    public int ViewerCount => Volatile.Read(ref viewers).Length;

    /// <summary>Takes in what was committed.</summary>
    /// <returns>True when nobody needs the channel any more: it is closed, and the caller forgets it.</returns>
    public bool Publish(AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        WakeSignal[] wake;
        bool done;
        lock (gate)
        {
            foreach (var @event in events) Keep(@event);
            state = after ?? state;
            if (after is null || after.Status.IsTerminal()) open.Clear();
            done = CloseIfIdle(after is null || after.Status.IsTerminal());
            wake = viewers;
        }

        foreach (var viewer in wake) viewer.Set();
        return done;
    }

    /// <summary>Adds streaming text and wakes the viewers. Text is not an event: it is superseded by the message with its id.</summary>
    public void Append(string messageId, EntryRole role, string piece)
    {
        WakeSignal[] wake;
        lock (gate)
        {
            var text = open.Find(candidate => candidate.MessageId == messageId);
            if (text is null) open.Add(text = new OpenText(taskId, messageId, role));
            text.Append(piece);

            // Under the lock, so that the chat gets the pieces in their order; a chat's lock is never held around a task's.
            if (chat is not null && !chat.Append(taskId, isPrimary, messageId, role, piece)) chat = null;
            wake = viewers;
        }

        foreach (var viewer in wake) viewer.Set();
    }

    /// <summary>From here on tells the text that streams in to its chat too, beginning with what has come so far.</summary>
    public void TellAlso(ChatChannel watched, bool isChatsPrimary)
    {
        lock (gate)
        {
            if (chat == watched) return;
            (chat, isPrimary) = (watched, isChatsPrimary);
            foreach (var text in open) watched.Append(taskId, isPrimary, text.MessageId, text.Role, text.Snapshot().Text);
        }
    }

    /// <summary>Keeps viewers at the end of a task that is about to be deleted, so that they hear of that too; or lets them go.</summary>
    public void Hold(bool hold)
    {
        WakeSignal[] wake;
        lock (gate)
        {
            held = hold;
            wake = viewers;
        }

        foreach (var viewer in wake) viewer.Set();
    }

    /// <summary>The text that began to stream in last; null between messages.</summary>
    public OpenMessage? NewestText()
    {
        lock (gate) return open.Count == 0 ? null : open[^1].Snapshot();
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

    /// <returns>True when nobody needs the channel any more.</returns>
    public bool Leave(WakeSignal viewer)
    {
        lock (gate)
        {
            viewers = Array.FindAll(viewers, other => other != viewer);
            return CloseIfIdle(open.Count == 0 && (state is null || deleted is not null || state.Status.IsTerminal()));
        }
    }

    /// <summary>What a viewer has not seen yet.</summary>
    /// <param name="position">Where it is; moved on.</param>
    /// <param name="known">The newest sequence number that its snapshot told of.</param>
    /// <param name="frames">Filled with what there is for it.</param>
    public Progress Read(ViewerPosition position, long known, List<StreamFrame> frames)
    {
        lock (gate)
        {
            var newest = Math.Max(lastSeq, known);
            var progress = new Progress(newest, state, false) { Held = held };
            if (deleted is not null)
            {
                frames.Add(new EventFrame(deleted));
                return progress with { Deleted = true };
            }

            // A hole between the cursor and what is at hand is filled from the store first; text in front of it would come too early.
            if (newest > position.Cursor && (recent.Count == 0 || recent[0].Event.Seq > position.Cursor + 1)) return progress with { Hole = true };

            // Sequence numbers are gapless, so the cursor tells the place: a viewer that is up to date looks at nothing.
            var next = recent.Count == 0 ? 0 : (int)Math.Min(recent.Count, position.Cursor + 1 - recent[0].Event.Seq);
            for (; next < recent.Count; next++)
            {
                frames.Add(recent[next]);
                position.Cursor = recent[next].Event.Seq;
            }

            foreach (var text in open)
            {
                var offset = position.OffsetIn(text);
                if (offset == text.Length) continue;
                frames.Add(text.Since(offset));
                position.MoveTo(text, text.Length);
            }

            if (open.Count == 0) position.ForgetTexts();
            return progress;
        }
    }

    private void Keep(TaskEvent @event)
    {
        // What was published while this channel came up in place of one that was just closed is in the store: a hole, not a neighbour.
        if (@event.Seq != lastSeq + 1)
        {
            recent.Clear();
            recentBytes = 0;
        }

        lastSeq = @event.Seq;
        if (@event.Type == EventTypes.Deleted)
        {
            deleted = @event;
            return;
        }

        var finished = @event.Data switch
        {
            MessageData message => message.MessageId,
            ThoughtData thought => thought.MessageId,
            _ => null,
        };
        if (finished is not null && open.Count > 0) open.RemoveAll(text => text.MessageId == finished);

        recent.Add(new EventFrame(@event));
        recentBytes += @event.Json.Length;
        var surplus = 0;
        for (; recent.Count - surplus > Capacity || (recentBytes > MaxBytes && recent.Count - surplus > 1); surplus++) recentBytes -= recent[surplus].Json.Length;
        if (surplus > 0) recent.RemoveRange(0, surplus);
    }

    private bool CloseIfIdle(bool ended)
    {
        if (ended && viewers.Length == 0) closed = true;
        return closed;
    }

    /// <summary>How a read went.</summary>
    /// <param name="LastSeq">The newest sequence number that the channel, or the viewer, knows of.</param>
    /// <param name="State">The task after the newest change since the channel is there; null when there was none.</param>
    /// <param name="Hole">The viewer has to read from the store, behind its cursor, before it goes on here.</param>
    /// <param name="Deleted">The task is gone, and the frames say so.</param>
    internal readonly record struct Progress(long LastSeq, AgentTask? State, bool Hole, bool Deleted = false)
    {
        /// <summary>The task is about to be deleted: its end is not the end of the stream.</summary>
        public bool Held { get; init; }
    }
}

/// <summary>Where one viewer is in a task's stream: all that a viewer costs.</summary>
internal sealed class ViewerPosition(long cursor)
{
    private readonly List<(OpenText Text, int Offset)> texts = [];

    /// <summary>The last sequence number that it has.</summary>
    public long Cursor { get; set; } = cursor;

    public int OffsetIn(OpenText text)
    {
        foreach (var (known, offset) in texts)
        {
            if (ReferenceEquals(known, text)) return offset;
        }

        return 0;
    }

    public void MoveTo(OpenText text, int offset)
    {
        for (var index = 0; index < texts.Count; index++)
        {
            if (!ReferenceEquals(texts[index].Text, text)) continue;
            texts[index] = (text, offset);
            return;
        }

        texts.Add((text, offset));
    }

    /// <summary>Drops what is known of texts that are whole by now.</summary>
    public void ForgetTextsBut(List<OpenText> open)
    {
        if (texts.Count > open.Count) texts.RemoveAll(known => !open.Contains(known.Text));
    }

    /// <summary>Starts the texts over: after a resync the viewer is sent them from offset 0.</summary>
    public void ForgetTexts() => texts.Clear();
}
