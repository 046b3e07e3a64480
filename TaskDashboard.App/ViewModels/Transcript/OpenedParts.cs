namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>
/// What a reader has opened and closed in a transcript, by key: it stays so while parts of the transcript leave the page and come back, and while
/// steps fold. Not safe for threads: of one circuit.
/// </summary>
public sealed class OpenedParts
{
    private readonly Dictionary<string, bool> chosen = [];
    private readonly HashSet<string> apart = [];

    /// <summary>What was looked for last and lies in a fold, which shows it however long it is; null for nothing.</summary>
    public TranscriptItem? Sought { get; private set; }

    /// <summary>Reads steps that are counted only; null where everything is in memory.</summary>
    public Func<GapItem, Task>? Fill { get; set; }

    /// <summary>How the reader left it; null where they never touched it.</summary>
    public bool? Find(string key) => chosen.TryGetValue(key, out var open) ? open : null;

    /// <summary>The reader opened or closed it.</summary>
    /// <param name="key">Of the item or the fold.</param>
    /// <param name="isOpen">Open from now on.</param>
    /// <param name="isFolded">It stands in a fold already. What the reader touched outside of one is never folded away.</param>
    public void Choose(string key, bool isOpen, bool isFolded)
    {
        chosen[key] = isOpen;
        if (!isFolded) apart.Add(key);
    }

    /// <summary>Opens what leads to an item, and where it is a call, the item itself.</summary>
    internal void Seek(TranscriptBlock block, TranscriptItem item)
    {
        Sought = item;
        if (block.Fold is not null) chosen[block.Key] = true;
        foreach (var outer in block.Items.OfType<TaskGroupItem>()) chosen[outer.Key] = true;
        if (item is ToolCallItem or ThoughtItem) chosen[item.Key] = true;

        // So that it is drawn, though nothing of it is new.
        item.Touch();
        foreach (var outer in block.Items.OfType<TaskGroupItem>()) outer.Touch();
    }

    /// <summary>Whether it stands by itself where its like are folded, because the reader has touched it there.</summary>
    public bool StandsApart(TranscriptItem item) => apart.Contains(item.Key);
}
