using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Where the log is longer than what is in memory of it.</summary>
public sealed partial class TranscriptReading
{
    /// <summary>So often more is read for one wish of the reader: rows of steps fold to little.</summary>
    private const int MostReads = 3;

    private readonly SortedSet<long> failures = [];
    private Func<string, long?>? findGroup;
    private long known;
    private int counted;

    /// <summary>Reads what is not in memory; null where everything is.</summary>
    public TranscriptLog? Log { get; private set; }

    /// <summary>The range that the reader is in.</summary>
    public TranscriptRange Range { get; private set; } = TranscriptRange.Whole;

    /// <summary>The beginning of the log is on the page.</summary>
    public bool IsAtStart => Window.IsAtStart && Range.IsStart;

    /// <summary>The end of the log is on the page.</summary>
    public bool IsAtEnd => Window.IsAtEnd && Range.IsEnd;

    /// <summary>How much stands before what is shown: blocks, and of what is not in memory entries of the log.</summary>
    public long Earlier => Window.First + (Range.IsStart ? 0 : Range.From - 1);

    /// <summary>How much stands behind it.</summary>
    public long Later => Window.Total - Window.End + (Range.IsEnd ? 0 : transcript!.LastSeq - Range.To);

    /// <summary>How much there is; grows by what comes, and by nothing else while parts are read and let go of.</summary>
    public long Total { get; private set; }

    /// <summary>How many failures the whole log has.</summary>
    public int FailureCount => failures.Count;

    /// <summary>The other tasks of the chat that are not all in memory, for the search.</summary>
    internal Func<IReadOnlyList<(TaskBeginning Task, TranscriptPlace Place)>>? Beside { get; private set; }

    /// <summary>Reads what a group has at an event.</summary>
    internal Func<string, long, Task>? ReachInGroup { get; private set; }

    /// <summary>Whether an item stands in the part that the reader is in.</summary>
    public bool Has(string key) => Blocks.Any(block => block.Items.Any(item => item.Key == key));

    private bool ReadsLog => Log is not null && transcript is { IsWhole: false };

    /// <summary>Says where to read what is not in memory.</summary>
    public void ReadFrom(ChatViewModel chat)
    {
        Log = chat.Log;
        if (chat is not SharedChatViewModel shared) return;
        Beside = shared.ListBeside;
        ReachInGroup = shared.ReachInGroupAsync;
        findGroup = shared.Chat.FindGroup;
    }

    /// <summary>Shows more above.</summary>
    /// <param name="spare">So many blocks at the other end are far out of sight.</param>
    public async Task ShowEarlierAsync(int spare)
    {
        for (var read = 0; read < MostReads && Window.First < TranscriptWindow.Step && ReadsLog && !Range.IsStart; read++)
        {
            if (!await Log!.ReadEarlierAsync(Range)) break;
            Relay();
        }

        Window.ShowEarlier(spare);
        ShrinkNow();
    }

    /// <summary>Shows more below.</summary>
    /// <param name="spare">So many blocks at the other end are far out of sight.</param>
    public async Task ShowLaterAsync(int spare)
    {
        for (var read = 0; read < MostReads && Window.Total - Window.End < TranscriptWindow.Step && ReadsLog && !Range.IsEnd; read++)
        {
            if (!await Log!.ReadLaterAsync(Range)) break;
            Relay();
        }

        Window.ShowLater(spare);
        ShrinkNow();
    }

    public async Task ShowStartAsync()
    {
        if (ReadsLog && !Range.IsStart) await ReachAsync(1);
        Window.ShowStart();
        ShrinkNow();
    }

    public void ShowEnd()
    {
        if (transcript is not null && !Range.IsEnd) Relay(transcript.Tail);

        Window.ShowEnd();
        ShrinkNow();
    }

    /// <inheritdoc cref="GoToEvent"/>
    public async Task<bool> GoToEventAsync(long seq)
    {
        if (ReadsLog && !await ReachAsync(seq)) return false;
        var isThere = GoToEvent(seq);
        ShrinkNow();
        return isThere;
    }

    /// <inheritdoc cref="ShowAround"/>
    public async Task<bool> ShowAroundAsync(string key)
    {
        if (ShowAround(key)) return true;
        if (!ReadsLog || (FindGroup(key) ?? await Log!.FindAsync(key)) is not { } seq || !await ReachAsync(seq)) return false;

        // What was a row of steps may have begun elsewhere then.
        var isShown = ShowAround(key) || ShowAround(key[(key.LastIndexOf(':') + 1)..]) || (transcript!.FindEvent(seq) is { } item && ShowAround(item.Key));
        ShrinkNow();
        return isShown;
    }

    /// <summary>Where the group of another task stands: the log of this one does not name each of them.</summary>
    private long? FindGroup(string key) => key.StartsWith(TaskGroupItem.KeyPrefix, StringComparison.Ordinal) ? findGroup?.Invoke(key[TaskGroupItem.KeyPrefix.Length..]) : null;

    /// <summary>Reads some of the steps that are counted only, in the log that they are of.</summary>
    public async Task FillAsync(GapItem gap)
    {
        if (transcript?.Items.OfType<TaskGroupItem>().FirstOrDefault(other => other.Transcript.Find(gap.Key) == gap) is { } group)
        {
            if (group.Log is { } log && await log.FillAsync(gap)) group.Touch();
        }
        else if (Log is not null && await Log.FillAsync(gap))
        {
            Relay();
        }
    }

    /// <summary>Sees to it that an event is in the range that the reader is in.</summary>
    public async Task<bool> ReachAsync(long seq)
    {
        return Log is not null && await Log.ReachAsync(seq, () => Relay(transcript!.RangeOf(seq)));
    }

    /// <summary>Finds the reader's range again: parts may have come and gone around them.</summary>
    private void Enter(TaskTranscript newer, TranscriptRange? into = null)
    {
        if (!ReferenceEquals(transcript, newer))
        {
            transcript = newer;
            (Range, Total, known, counted) = (newer.Tail, 0, 0, 0);
            return;
        }

        Range = into ?? (Range.IsEnd ? newer.Tail : newer.RangeOf(Math.Max(1, Here.Order)) ?? newer.RangeOf(Range.From) ?? newer.Tail);
    }

    /// <summary>Counts what has come since it was last settled what is known, wherever the reader is: what comes behind their range is not among its blocks.</summary>
    private void Count()
    {
        var tail = Range.IsEnd ? Blocks : TranscriptBlock.FoldAll(transcript!.ItemsIn(transcript.Tail), opened: Opened);
        var fresh = tail.Count(block => block.Items[0].Place is var place && (place.Band == TranscriptBand.Streaming || place.Order > known));
        Total += fresh - counted;
        counted = fresh;
    }

    /// <summary>Nothing that is in the log by now is new, though it may be read once more.</summary>
    private void Settle(long total)
    {
        known = transcript!.LastSeq;
        Count();
        Total = total;
    }

    /// <summary>Takes in what was read or let go of: nothing of it is new.</summary>
    private void Relay(TranscriptRange? into = null)
    {
        var before = Total;
        Enter(transcript!, into);
        Fold();
        NoteFailures();
        Settle(before);
    }

    private void NoteFailures()
    {
        Failures = [.. transcript!.Items.Where(IsFailure)];
        if (transcript.IsWhole) failures.Clear();
        else failures.RemoveWhere(IsInMemory);
        failures.UnionWith(Failures.Select(item => item.Place.Order));
        if (failure is { } seq && !failures.Contains(seq)) failure = null;
    }

    /// <summary>What is counted only is not: copied history may have anything in it.</summary>
    private bool IsInMemory(long seq) => transcript!.RangeOf(seq) is not null && !transcript.Gaps.Any(gap => seq >= gap.From && seq <= gap.To);

    /// <summary>Lets go of what is far from what is on the page.</summary>
    private void ShrinkNow()
    {
        if (Log is null || Blocks.Count == 0 || Window.End <= Window.First) return;
        var before = transcript!.StructureVersion;
        var total = Total;
        var first = Blocks[Window.First].Items[0].Place;
        var from = Math.Max(1, first.Order);
        var last = Blocks[Window.End - 1].Items[^1];
        var to = last.Place.Band == TranscriptBand.Streaming ? transcript.LastSeq : (last as GapItem)?.To ?? last.Place.Order;
        Log.Trim(Range, from, to, Opened);
        if (transcript.StructureVersion == before) return;

        // As in a relay: this is no news. Where a range was cut in two, the reader is in the part that has what is on the page.
        Enter(transcript, first.Band == TranscriptBand.Logged ? transcript.RangeOf(from) : null);
        Fold();
        NoteFailures();
        Settle(total);
    }

    /// <summary>Other tasks may grow as long as this one; of those that nobody has opened the end is enough.</summary>
    private void ShrinkGroups()
    {
        foreach (var group in transcript!.Items.OfType<TaskGroupItem>())
        {
            var log = group.Transcript;
            if (group.Log is null || log.LastSeq < group.TrimmedUpTo + TranscriptLog.Part || Opened.Find(group.Key) == true) continue;
            group.TrimmedUpTo = log.LastSeq;
            group.Log.Trim(log.Tail, log.LastSeq, log.LastSeq, Opened);
        }
    }
}
