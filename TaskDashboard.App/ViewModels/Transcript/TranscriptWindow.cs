namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// The stretch of a transcript that is on the page: bounded, at the end while the reader follows it, and elsewhere where the reader is. What it shows
/// is told apart by items, not by numbers: it stays where it is while blocks fold and come. Not safe for threads.
/// </summary>
public sealed class TranscriptWindow
{
    /// <summary>So many blocks are shown at first, and around a place that is gone to.</summary>
    public const int Size = 50;

    /// <summary>So many come when the reader nears an edge.</summary>
    public const int Step = 25;

    /// <summary>It is cut back at its other side when it is longer, as far as that side is out of sight.</summary>
    public const int Comfortable = 75;

    /// <summary>It is never longer, whatever a browser says is in sight.</summary>
    public const int Most = 100;

    private IReadOnlyList<TranscriptBlock> blocks = [];
    private TranscriptPlace? from;
    private TranscriptPlace? upTo;
    private bool follows = true;

    /// <summary>Index of the first block shown.</summary>
    public int First { get; private set; }

    /// <summary>Index behind the last block shown.</summary>
    public int End { get; private set; }

    /// <summary>How many blocks there are, shown or not.</summary>
    public int Total => blocks.Count;

    public bool IsAtStart => First == 0;

    public bool IsAtEnd => End == blocks.Count;

    /// <summary>The reader follows the end: what comes is shown, and what goes out at the top is dropped. Otherwise nothing that is shown is dropped for what comes.</summary>
    public void Follow(bool isFollowing) => follows = isFollowing;

    /// <summary>Takes in the blocks as they are now.</summary>
    /// <param name="newer">The blocks.</param>
    /// <param name="growsAtEnd">Behind them comes what is new, and not what is read of the log.</param>
    public void Update(IReadOnlyList<TranscriptBlock> newer, bool growsAtEnd = true)
    {
        var wasAtEnd = IsAtEnd && growsAtEnd;
        blocks = newer;
        if (from is not { } first || upTo is not { } last)
        {
            Show(blocks.Count - Size, blocks.Count);
            return;
        }

        var start = Find(first);
        if (!wasAtEnd) Show(start, Math.Max(start + 1, Find(last) + 1));
        else if (follows) Show(blocks.Count - start > Comfortable ? blocks.Count - Size : start, blocks.Count);
        else Show(start, Math.Min(blocks.Count, start + Most));
    }

    /// <summary>Shows more above.</summary>
    /// <param name="spare">So many blocks at the other end are far out of sight.</param>
    public void ShowEarlier(int spare)
    {
        var start = Math.Max(0, First - Step);
        Show(start, Math.Min(End - Spared(End - start, spare), start + Most));
    }

    /// <summary>Shows more below.</summary>
    /// <param name="spare">So many blocks at the other end are far out of sight.</param>
    public void ShowLater(int spare)
    {
        var end = Math.Min(blocks.Count, End + Step);
        Show(Math.Max(First + Spared(end - First, spare), end - Most), end);
    }

    public void ShowStart() => Show(0, Size);

    public void ShowEnd() => Show(blocks.Count - Size, blocks.Count);

    /// <summary>Shows a block with what stands around it; nothing moves where it is well inside already.</summary>
    public void ShowAround(int index)
    {
        if ((index >= First + 2 || IsAtStart) && (index < End - 2 || IsAtEnd) && index >= First && index < End) return;
        var start = Math.Clamp(index - (Size / 2), 0, Math.Max(0, blocks.Count - Size));
        Show(start, start + Size);
    }

    /// <summary>The block that an item stands in; -1 where there is none.</summary>
    public int IndexOf(TranscriptItem item)
    {
        var index = Find(item.Place);
        return index < blocks.Count && blocks[index].Items.Contains(item) ? index : -1;
    }

    /// <summary>How many at the other end go for those that come.</summary>
    private static int Spared(int length, int spare) => Math.Clamp(spare, 0, Math.Max(0, length - Comfortable));

    private void Show(int start, int end)
    {
        First = Math.Clamp(start, 0, blocks.Count);
        End = Math.Clamp(end, First, blocks.Count);
        from = End > First ? blocks[First].Items[0].Place : null;
        upTo = End > First ? blocks[End - 1].Items[0].Place : null;
    }

    /// <summary>The last block that begins at a place or before it; the first where none does.</summary>
    private int Find(TranscriptPlace place)
    {
        var (low, high) = (0, blocks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (blocks[middle].Items[0].Place.CompareTo(place) <= 0) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}
