namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>How much of a log is kept in memory.</summary>
public sealed partial class TranscriptLog
{
    /// <summary>About so many are in memory at most, in all ranges together, but for what is on the page.</summary>
    public const int Most = 1500;

    /// <summary>To so many a range is cut back.</summary>
    private const int Comfortable = 800;

    /// <summary>Lets go of all but the end and the range that an event is in: the reader has left the others.</summary>
    public void LeaveAllBut(long seq)
    {
        foreach (var other in transcript.Ranges.Where(range => !range.IsEnd && !range.Has(seq)).ToList()) transcript.Release(other.From, other.To);
    }

    /// <summary>Lets go of what is far from the reader.</summary>
    /// <param name="range">Where the reader is.</param>
    /// <param name="from">The first event of what is on the page.</param>
    /// <param name="to">The last one.</param>
    /// <param name="opened">Rows that the reader has opened stay as they are.</param>
    public void Trim(TranscriptRange range, long from, long to, OpenedParts opened)
    {
        if (reaching > 0 || (transcript.IsWhole && transcript.LastSeq <= Most)) return;
        foreach (var held in transcript.Ranges.ToList()) HollowRows(held, opened);
        if (IsSmall || Find(range) is not { } here) return;

        LeaveAllBut(here.From);
        if (IsSmall) return;
        var tail = transcript.Tail;
        if (!here.IsEnd)
        {
            // The end stays in memory, and not much of it: it is where live events come.
            if (transcript.SizeOf(tail) > FirstPart && Near(Cuts(tail), transcript.LastSeq - (FirstPart / 2)) is { } cut) transcript.Release(tail.From, cut - 1);
        }
        else if (to < transcript.LastSeq - Comfortable && Near(Cuts(here).Where(place => place > to), transcript.LastSeq - (FirstPart / 2)) is { } end)
        {
            if (Near(Cuts(here).Where(place => place > to && place < end), to + Part) is { } middle) transcript.Release(middle, end - 1);
        }

        // What the reader has left behind goes first: above who is at the lower part of the range, and below who is at the upper one.
        if (transcript.RangeOf(from) is not { } now || transcript.SizeOf(now) <= Most - FirstPart) return;
        var last = now.IsEnd ? transcript.LastSeq : now.To;
        if (from - now.From > last - to)
        {
            if (Cuts(now).Where(place => place <= Math.Min(from, last - Comfortable)).Select(place => (long?)place).LastOrDefault() is { } cut) transcript.Release(now.From, cut - 1);
        }
        else if (!now.IsEnd && Near(Cuts(now).Where(place => place > to), now.From + Comfortable) is { } cut)
        {
            transcript.Release(cut, last);
        }
    }

    private bool IsSmall => transcript.Ranges.Sum(transcript.SizeOf) <= Most;

    /// <summary>The first place at an event or behind it, else the last one before.</summary>
    private static long? Near(IEnumerable<long> places, long seq)
    {
        long? near = null;
        foreach (var place in places)
        {
            near = place;
            if (place >= seq) break;
        }

        return near;
    }

    /// <summary>Where a range may be cut: in front of entries that go with none before them.</summary>
    private List<long> Cuts(TranscriptRange range)
    {
        var cuts = new List<long>();
        var items = transcript.ItemsIn(range);
        for (var index = 1; index < items.Count; index++)
        {
            var item = items[index];
            if (item.Seq == 0 || item is not (ToolCallItem or ThoughtItem or MessageItem { Role: Core.Chats.EntryRole.Assistant })) continue;
            if (items[index - 1].IsCopied ? item.IsCopied : TranscriptBlock.IsStep(item) && TranscriptBlock.IsStep(items[index - 1])) continue;
            cuts.Add(item.Seq);
        }

        return cuts;
    }

    /// <summary>A long row of quiet steps is one line on the page: its ends are enough of it in memory.</summary>
    private void HollowRows(TranscriptRange range, OpenedParts opened)
    {
        var items = transcript.ItemsIn(range);
        for (var start = 0; start < items.Count; start++)
        {
            var end = start;
            while (end < items.Count && TranscriptBlock.IsStep(items[end]) && !opened.StandsApart(items[end])) end++;
            if (end - start > 3 * RowEnds && opened.Find(TranscriptBlock.FoldPrefix + items[start].Key) != true) transcript.Hollow(items[start + RowEnds], items[end - RowEnds]);
            start = Math.Max(start, end);
        }
    }
}
