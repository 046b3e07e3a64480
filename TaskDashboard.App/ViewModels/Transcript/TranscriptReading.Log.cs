using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Where the log is longer than what is in memory of it.</summary>
public sealed partial class TranscriptReading
{
    /// <summary>So often more is read for one wish of the reader: rows of steps fold to little.</summary>
    private const int MostReads = 3;

    private readonly SortedSet<long> failures = [];
    private Action? stopSearch;
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
    }

    /// <summary>Counts what went wrong in all of the log.</summary>
    public async Task CountFailuresAsync()
    {
        if (!ReadsLog) return;
        failures.UnionWith(await Log!.ListFailuresAsync());
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
        if (!ReadsLog || await Log!.FindAsync(key) is not { } seq || !await ReachAsync(seq)) return false;

        // What was a row of steps may have begun elsewhere then.
        var isShown = ShowAround(key) || ShowAround(key[(key.LastIndexOf(':') + 1)..]) || (transcript!.FindEvent(seq) is { } item && ShowAround(item.Key));
        ShrinkNow();
        return isShown;
    }

    /// <inheritdoc cref="StepFailure"/>
    public async Task StepFailureAsync(int direction, string? fromKey)
    {
        if (NextFailure(direction, fromKey) is not { } next) return;
        if (ReadsLog && !await ReachAsync(next)) return;
        GoToFailure(next);
        ShrinkNow();
    }

    /// <inheritdoc cref="Find"/>
    public async Task FindAsync(string words)
    {
        // Somebody types on: theirs are other words by now.
        stopSearch?.Invoke();
        stopSearch = null;
        var wanted = words.Trim();
        var beside = Beside?.Invoke() ?? [];
        if (transcript is null || Log is null || wanted.Length == 0 || (!ReadsLog && beside.Count == 0))
        {
            Find(words);
            return;
        }

        using var search = Log.BeginSearch();
        Action stop = search.Cancel;
        stopSearch = stop;
        try
        {
            var found = new List<FoundWords>();
            if (ReadsLog) found.Add(new FoundWords(null, null, transcript.LastSeq, await Log.SearchAsync(null, wanted, search.Token)));
            foreach (var (task, place) in beside) found.Add(new FoundWords(task.Began.TaskId, place, task.LastSeq, await Log.SearchAsync(task.Began.TaskId, wanted, search.Token)));
            if (search.IsCancellationRequested) return;
            Search.Begin(words, transcript, Here, found);
        }
        catch (OperationCanceledException) when (search.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            if (stopSearch == stop) stopSearch = null;
        }

        await GoToHitAsync();
    }

    /// <inheritdoc cref="StepHit"/>
    public Task StepHitAsync(int direction)
    {
        Search.Step(direction);
        return GoToHitAsync();
    }

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
        if (Log is null || !await Log.ReachAsync(seq) || transcript!.RangeOf(seq) is not { } range) return false;
        Relay(range);
        return true;
    }

    private async Task GoToHitAsync()
    {
        if (Search.Current is { } hit && !await ReachAsync(hit)) return;
        GoToHit();
        ShrinkNow();
    }

    /// <summary>Sees to it that a hit is in the range that the reader is in: what came live is at the end, wherever they are.</summary>
    private async Task<bool> ReachAsync(TranscriptHit hit)
    {
        var seq = Math.Max(1, hit.Place.Order);
        if (ReadsLog && hit.Place.Band == TranscriptBand.Streaming) Relay(transcript!.Tail);
        else if (ReadsLog && (hit.Item is null || !Range.Has(seq)) && !await ReachAsync(seq)) return false;
        if (hit.GroupId is { } group && ReachInGroup is { } reach) await reach(group, hit.Seq);
        return true;
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
        Settle(total);
    }
}
