using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// Of a long log only stretches are in memory: its end, and where its reader is elsewhere, the part around them. What stands in a stretch is what the
/// whole log would show there, in the same places under the same keys.
/// </summary>
public sealed partial class TaskTranscript
{
    /// <summary>How many live events that belong to what is not in memory are kept, for a part that was read just before they came.</summary>
    private const int MostUnplaced = 200;

    private readonly List<TranscriptRange> ranges = [TranscriptRange.Whole];
    private readonly Queue<TaskEvent> unplaced = [];
    private readonly HashSet<string> toldSubtasks = [];
    private bool isPart;

    /// <summary>What is in memory, in order; the last of them grows with the log.</summary>
    public IReadOnlyList<TranscriptRange> Ranges => ranges;

    /// <summary>The range that grows with the log.</summary>
    public TranscriptRange Tail => ranges[^1];

    /// <summary>All of the log is in memory.</summary>
    public bool IsWhole => ranges is [{ IsStart: true }] && !hasGaps;

    /// <summary>What is counted only.</summary>
    public IEnumerable<GapItem> Gaps => hasGaps ? items.OfType<GapItem>() : [];

    private bool hasGaps;

    /// <summary>The range that an event is in; null where it is not in memory.</summary>
    public TranscriptRange? RangeOf(long seq) => ranges.Exists(range => range.Has(seq)) ? ranges.Find(range => range.Has(seq)) : null;

    /// <summary>The items of a range, in reading order.</summary>
    public IReadOnlyList<TranscriptItem> ItemsIn(TranscriptRange range)
    {
        if (range == TranscriptRange.Whole) return items;
        var start = range.IsStart ? 0 : IndexBehind(range.From - 1);
        var end = range.IsEnd ? items.Count : IndexBehind(range.To);
        return items.GetRange(start, Math.Max(0, end - start));
    }

    /// <summary>How many events stand in a range, without those that are folded away.</summary>
    public long SizeOf(TranscriptRange range) =>
        (range.IsEnd ? LastSeq : range.To) - range.From + 1 - ItemsIn(range).OfType<GapItem>().Sum(gap => gap.To - gap.From + 1);

    /// <summary>Begins with the end of a log.</summary>
    internal void Begin(TranscriptEnd end)
    {
        Forget();
        isOver = end.Status.IsTerminal();
        toldSubtasks.UnionWith(end.Subtasks);
        foreach (var waiting in end.Unread)
        {
            eventId = waiting.Id;
            if (waiting.Data is SubtaskData child) childEnd = (child.TaskId, child.Status, waiting.Seq);
            else Record(waiting);
        }

        ranges[0] = new TranscriptRange(end.Stretch.From, TranscriptRange.Open);
        var part = Place(end.Stretch);
        foreach (var unread in part.queue.Where(unread => byKey.TryAdd(unread.Key, unread)))
        {
            if (isOver) Insert(unread, unread.Place);
            else queue.Add(unread);
        }

        foreach (var (runId, run) in part.runs) runs[runId] = run;
        (Activity, childEnd, wasSummarised, opening) = (part.Activity, part.childEnd, part.wasSummarised, part.opening ?? opening);
        ContextTokens = end.LastUsage is { } usage && !part.wasSummarised ? usage.Input + usage.Output : part.ContextTokens;
        ChangingCalls = part.ChangingCalls + (end.HasChanges ? 1 : 0);
        LastSeq = end.Stretch.LastSeq;
    }

    /// <summary>Takes in what stands before, behind or in a range, or apart from all of them.</summary>
    internal void Add(TranscriptStretch stretch)
    {
        Place(stretch);
        Cover(stretch.From, stretch.To);
    }

    /// <summary>Takes in that quiet steps stand somewhere which are not in memory.</summary>
    internal void Add(GapItem gap)
    {
        if (byKey.TryAdd(gap.Key, gap)) Insert(gap, new TranscriptPlace(TranscriptBand.Logged, gap.From));
        hasGaps = true;
        Cover(gap.From, gap.To);
    }

    /// <summary>Another takes its place, or what it stood for.</summary>
    internal void Drop(GapItem gap)
    {
        Remove(gap);
        hasGaps = items.Exists(item => item is GapItem);
    }

    /// <summary>Lets go of what stands between two events, both included; what is not read yet stays known.</summary>
    internal void Release(long from, long to)
    {
        if (to < from) return;
        foreach (var item in items.Where(item => item.Place.Band == TranscriptBand.Logged && item.Place.Order >= from && item.Place.Order <= to && !IsUnread(item)).ToList())
        {
            byKey.Remove(item.Key);
            if (item is SubtaskItem subtask) toldSubtasks.Add(subtask.TaskId);
        }

        items.RemoveAll(item => !byKey.ContainsKey(item.Key));
        hasGaps = items.Exists(item => item is GapItem);
        for (var index = ranges.Count - 1; index >= 0; index--)
        {
            var range = ranges[index];
            if (range.To < from || range.From > to) continue;
            ranges.RemoveAt(index);
            if (range.To > to) ranges.Insert(index, range with { From = to + 1 });
            if (range.From < from) ranges.Insert(index, range with { To = from - 1 });
        }

        StructureVersion++;
    }

    /// <summary>Folds away the middle of a long row of quiet steps: only how many there are and what they took stays.</summary>
    /// <param name="first">The first that goes.</param>
    /// <param name="next">The first behind them that stays.</param>
    internal void Hollow(TranscriptItem first, TranscriptItem next)
    {
        var (start, end) = (items.IndexOf(first), items.IndexOf(next));
        if (start < 0 || end <= start) return;
        var gone = items.GetRange(start, end - start);
        var gap = new GapItem(
            first.Place.Order, next.Place.Order - 1, gone.Sum(TranscriptBlock.CallsOf), gone.Aggregate(TimeSpan.Zero, (sum, item) => sum + TranscriptBlock.DurationOf(item)), first.IsCopied);
        items.RemoveRange(start, end - start);
        foreach (var item in gone) byKey.Remove(item.Key);
        Add(gap);
    }

    /// <summary>Puts the entries of a stretch in their places; those that are there already stay.</summary>
    private TaskTranscript Place(TranscriptStretch stretch)
    {
        var part = new TaskTranscript { isPart = true };
        foreach (var run in stretch.Runs) part.runs[run.RunId] = (run.StartedAt, run.Usage);
        foreach (var told in stretch.Events) part.TakeIn(told);
        var added = part.items.Where(item => item.Place.Band == TranscriptBand.Logged && item.Place.Order >= stretch.From && item.Place.Order <= stretch.To && IsAsTold(item, stretch))
            .Where(item => byKey.TryAdd(item.Key, item)).ToList();
        if (added.Count > 0)
        {
            var merged = items.Concat(added).OrderBy(item => item.Place).ToList();
            items.Clear();
            items.AddRange(merged);
        }

        senders.UnionWith(part.senders);
        foreach (var request in Task?.OpenRequests ?? [])
        {
            if (request.CallId is { } callId && byKey.GetValueOrDefault(callId) is ToolCallItem { Outcome: null } call) call.WaitsForPerson = true;
        }

        // What came after the stretch was read and before it was here.
        foreach (var told in unplaced.Where(told => told.Seq > stretch.LastSeq).ToList()) Record(told);
        StructureVersion++;
        return part;
    }

    private static bool IsAsTold(TranscriptItem item, TranscriptStretch stretch)
    {
        switch (item)
        {
            case MessageItem message:
                if (stretch.Written.TryGetValue(message.Key, out var written)) message.At = written;
                return !stretch.Moved.Contains(message.Key);
            case RequestItem asked:
                asked.Request = stretch.Requests.GetValueOrDefault(asked.Request.RequestId) ?? asked.Request;
                return true;
            case SubtaskItem subtask when stretch.Subtasks.TryGetValue(subtask.TaskId, out var place):
                subtask.Status = place.Status ?? subtask.Status;
                return place.FirstSeq == item.Place.Order;
            default:
                return true;
        }
    }

    private static bool IsUnread(TranscriptItem item) => item is MessageItem { State: Core.Chats.EntryState.Stored };

    /// <summary>Notes a live event of something that is not in memory; true when it is to be passed over.</summary>
    private bool IsElsewhere(TaskEvent told)
    {
        if (isPart || IsWhole) return false;
        var isElsewhere = told.Data switch
        {
            ToolResultData result => !byKey.ContainsKey(result.CallId),
            RequestResolvedData resolved => !byKey.ContainsKey(resolved.RequestId),
            SubtaskData subtask => toldSubtasks.Contains(subtask.TaskId) && !byKey.ContainsKey($"subtask:{subtask.TaskId}"),
            _ => false,
        };
        if (!isElsewhere) return false;
        unplaced.Enqueue(told);
        if (unplaced.Count > MostUnplaced) unplaced.Dequeue();
        return true;
    }

    private void Cover(long from, long to)
    {
        for (var index = ranges.Count - 1; index >= 0; index--)
        {
            var range = ranges[index];
            if (range.From - 1 > to || (!range.IsEnd && range.To + 1 < from)) continue;
            (from, to) = (Math.Min(from, range.From), Math.Max(to, range.To));
            ranges.RemoveAt(index);
        }

        ranges.Add(new TranscriptRange(from, to));
        ranges.Sort((one, other) => one.From.CompareTo(other.From));
    }

    /// <summary>The first item behind an event.</summary>
    private int IndexBehind(long seq)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (items[middle].Place is { Band: TranscriptBand.Logged } place && place.Order <= seq) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
