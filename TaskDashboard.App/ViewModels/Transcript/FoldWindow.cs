namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>What of an opened fold is on the page: its newest part at first, and never more than a bounded stretch, wherever that is.</summary>
/// <param name="size">So many at first, and more at a time.</param>
public sealed class FoldWindow(int size)
{
    private int start;
    private int end;
    private int total;

    /// <summary>How many stand before what is shown.</summary>
    public int Before => start;

    /// <summary>How many stand behind it.</summary>
    public int Behind => total - end;

    /// <summary>How many are shown.</summary>
    public int Count => end - start;

    /// <summary>Never more.</summary>
    public int Most => size * 3;

    /// <summary>Takes in how many there are by now. Who is at the end stays there.</summary>
    public void Update(int newTotal)
    {
        if (newTotal == total) return;
        if (total == 0) (start, end) = (Math.Max(0, newTotal - size), newTotal);
        else if (end == total) (start, end) = (Math.Clamp(start, Math.Max(0, newTotal - Most), Math.Max(0, newTotal - 1)), newTotal);
        else end = Math.Min(end, newTotal);
        start = Math.Min(start, end);
        total = newTotal;
    }

    public void ShowEarlier()
    {
        start = Math.Max(0, start - size);
        end = Math.Min(end, start + Most);
    }

    public void ShowLater()
    {
        end = Math.Min(total, end + size);
        start = Math.Max(start, end - Most);
    }

    /// <summary>Shows one of them with what stands around it; nothing moves where it is shown already.</summary>
    public void ShowAround(int index)
    {
        if (index < 0 || index >= total || (index >= start && index < end)) return;
        start = Math.Clamp(index - (size / 2), 0, Math.Max(0, total - size));
        end = Math.Min(total, start + size);
    }
}
