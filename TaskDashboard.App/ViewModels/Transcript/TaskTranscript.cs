using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// A task's stream, reduced to what a reader sees. Pure: frames in, items out, no clock and no I/O. Every durable event counts once, whatever
/// is sent again; streaming text gives way to the final message with the same id. Not safe for threads: one circuit feeds and reads it.
/// </summary>
public sealed partial class TaskTranscript
{
    private readonly List<TranscriptItem> items = [];
    private readonly Dictionary<string, TranscriptItem> byKey = [];
    private long snapshotSeq;
    private long streamingOrder;
    private bool wasSummarised;

    /// <summary>What there is to read, in reading order.</summary>
    public IReadOnlyList<TranscriptItem> Items => items;

    /// <summary>Sequence number of the newest event taken in: the cursor to go on from.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Grows when items come, go or move.</summary>
    public int StructureVersion { get; private set; }

    /// <summary>The newest remark of a tool or the engine about what it is doing; null when there is none to show.</summary>
    public string? Activity { get; private set; }

    public bool IsDeleted { get; private set; }

    /// <summary>What the last model call has sent and got: about as much as the next one sends. Null where none is known, or what was said is summarised since.</summary>
    public long? ContextTokens { get; private set; }

    /// <summary>How many tool calls have ended that may have changed something in the work folder.</summary>
    public int ChangingCalls { get; private set; }

    /// <summary>The last thing of its own is still growing or at work: the transcript itself shows what goes on.</summary>
    public bool IsMoving => items.FindLast(item => item is not (SubtaskItem or TaskGroupItem or MessageItem { FromTaskId: not null })) switch
    {
        ToolCallItem call => call.Outcome is null,
        { Place.Band: TranscriptBand.Streaming } => true,
        _ => false,
    };

    /// <summary>Everything that the snapshot knew of has arrived.</summary>
    public bool IsCaughtUp => Task is not null && LastSeq >= snapshotSeq;

    public void Apply(StreamFrame frame)
    {
        switch (frame)
        {
            case SnapshotFrame snapshot:
                Begin(snapshot);
                break;
            case EventFrame { Event: var taskEvent } when taskEvent.Seq > LastSeq:
                TakeIn(taskEvent);
                break;

            // A piece of something whose beginning is not here makes no entry: it would stand empty until its final text.
            case DeltaFrame delta when (delta.Offset == 0 || byKey.ContainsKey(delta.MessageId)) && Open(delta.MessageId, delta.Role) is { } body && body.Body.Add(delta.Offset, delta.Text):
                body.Item.Touch();
                break;
        }
    }

    private void Begin(SnapshotFrame snapshot)
    {
        if (snapshot.Resync) Forget();

        Task = snapshot.Task;
        rowSeq = snapshotSeq = snapshot.Task.LastSeq;
        LearnModes(snapshot.Task);

        // What streamed before a gap is either the partial of this snapshot or will come whole from the log.
        foreach (var stale in items.Where(item => item.Place.Band == TranscriptBand.Streaming && item.Key != snapshot.Partial?.MessageId).ToList())
        {
            Remove(stale);
        }

        if (snapshot.Partial is { } partial && Open(partial.MessageId, partial.Role) is { } open && open.Body.Add(0, partial.Text))
        {
            open.Item.Touch();
        }
    }

    private void Forget()
    {
        items.Clear();
        queue.Clear();
        byKey.Clear();
        runs.Clear();
        LastSeq = 0;
        Activity = null;
        ChangingCalls = 0;
        opening = null;
        isOver = false;
        hasGaps = false;
        ranges.Clear();
        ranges.Add(TranscriptRange.Whole);
        unplaced.Clear();
        toldSubtasks.Clear();
        StructureVersion++;
    }

    /// <summary>The item that a piece of text belongs to, made where it is the first piece; null when it is whole already.</summary>
    private (TranscriptItem Item, StreamingText Body)? Open(string messageId, EntryRole role)
    {
        if (!byKey.TryGetValue(messageId, out var item))
        {
            item = role == EntryRole.Thought ? new ThoughtItem(messageId) : new MessageItem(messageId, role);
            Put(item, TranscriptBand.Streaming, ++streamingOrder);
        }

        var body = BodyOf(item);
        return body is { IsOpen: true } ? (item, body) : null;
    }

    private static StreamingText? BodyOf(TranscriptItem item) => item switch
    {
        MessageItem message => message.Body,
        ThoughtItem thought => thought.Body,
        _ => null,
    };

    /// <summary>Puts an item, new or old, in its place.</summary>
    private void Put(TranscriptItem item, TranscriptBand band, long order)
    {
        var place = new TranscriptPlace(band, order);
        if (byKey.TryAdd(item.Key, item)) Insert(item, place);
        else if (item is MessageItem message && queue.Remove(message)) Insert(item, place);
        else if (item.Place != place)
        {
            items.Remove(item);
            Insert(item, place);
        }

        if (item.EventId == 0 && band == TranscriptBand.Logged) item.EventId = eventId;
        item.Touch();
    }

    private void Insert(TranscriptItem item, TranscriptPlace place)
    {
        // Nearly always the end; a search from behind finds the few others at once.
        var index = items.Count;
        while (index > 0 && items[index - 1].Place.CompareTo(place) > 0) index--;
        item.Place = place;
        items.Insert(index, item);
        StructureVersion++;
    }

    private void Remove(TranscriptItem item)
    {
        items.Remove(item);
        byKey.Remove(item.Key);
        StructureVersion++;
    }
}
