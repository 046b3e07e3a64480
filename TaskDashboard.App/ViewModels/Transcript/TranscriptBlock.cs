namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>What stands in one place of the page: an item, or several of a kind folded into one line.</summary>
/// <param name="Key">The same as it grows.</param>
/// <param name="Items">One item, or the folded ones.</param>
/// <param name="Fold">What is folded; null for one item.</param>
public sealed record TranscriptBlock(string Key, IReadOnlyList<TranscriptItem> Items, TranscriptFold? Fold = null)
{
    /// <summary>What the key of folded items begins with; behind it stands that of the first of them.</summary>
    public const string FoldPrefix = "fold:";

    /// <summary>So many tool calls without a failure in between are folded, and so many sub-tasks.</summary>
    public const int FoldFrom = 3;

    /// <summary>So many reports of sub-tasks are folded: each is a line already, and says more than a step.</summary>
    public const int FoldNewsFrom = 5;

    /// <summary>Another number when one of its items is another.</summary>
    public int Version
    {
        get
        {
            var sum = Items.Count;
            foreach (var item in Items) sum = unchecked(sum * 31 + item.Version);
            return sum;
        }
    }

    /// <summary>How many tool calls, sub-tasks or reports are folded here.</summary>
    public int Count => Fold == TranscriptFold.Steps ? Items.Sum(CallsOf) : Items.Count;

    /// <summary>What the folded steps took together.</summary>
    public TimeSpan Duration => Items.Aggregate(TimeSpan.Zero, (sum, item) => sum + DurationOf(item));

    internal static int CallsOf(TranscriptItem item) => item is ToolCallItem ? 1 : (item as GapItem)?.Calls ?? 0;

    internal static TimeSpan DurationOf(TranscriptItem item) => item switch
    {
        ToolCallItem call => call.Duration,
        ThoughtItem thought => thought.Duration ?? TimeSpan.Zero,
        GapItem gap => gap.Duration,
        _ => TimeSpan.Zero,
    };

    /// <summary>It may be folded with steps beside it.</summary>
    internal static bool IsStep(TranscriptItem item) => KindOf(item, true, null) == TranscriptFold.Steps;

    /// <summary>Folds stretches of finished, successful tool calls with the thoughts between them, of sub-tasks, and of their reports.</summary>
    /// <param name="items">The items.</param>
    /// <param name="copiedApart">Folds what was said in another task into one, whatever it is.</param>
    /// <param name="opened">What the reader has touched where it stood alone stays there; null for nothing.</param>
    public static IReadOnlyList<TranscriptBlock> FoldAll(IReadOnlyList<TranscriptItem> items, bool copiedApart = true, OpenedParts? opened = null)
    {
        var blocks = new List<TranscriptBlock>(items.Count);
        for (var start = 0; start < items.Count;)
        {
            var kind = KindOf(items[start], copiedApart, opened);
            var end = start;
            while (end < items.Count && kind is not null && KindOf(items[end], copiedApart, opened) == kind) end++;

            // A thought behind the last call belongs to what comes next.
            while (kind != TranscriptFold.Copied && end > start && items[end - 1] is ThoughtItem) end--;

            var folded = items.Skip(start).Take(end - start).ToList();
            if (IsEnough(kind, folded))
            {
                blocks.Add(new TranscriptBlock(FoldPrefix + folded[0].Key, folded, kind));
                start = end;
                continue;
            }

            for (end = Math.Max(end, start + 1); start < end; start++)
            {
                blocks.Add(new TranscriptBlock(items[start].Key, [items[start]]));
            }
        }

        return blocks;
    }

    private static bool IsEnough(TranscriptFold? kind, List<TranscriptItem> items) => kind switch
    {
        TranscriptFold.Steps => items.Exists(item => item is GapItem) || items.Sum(CallsOf) >= FoldFrom,
        TranscriptFold.Subtasks => items.Count >= FoldFrom,
        TranscriptFold.News => items.Count >= FoldNewsFrom,
        TranscriptFold.Copied => true,
        _ => false,
    };

    private static TranscriptFold? KindOf(TranscriptItem item, bool copiedApart, OpenedParts? opened) => item switch
    {
        { IsCopied: true } when copiedApart => TranscriptFold.Copied,

        // Among what was copied it stands for anything that was said, and for no steps only.
        GapItem { IsCopied: true } => null,
        GapItem => TranscriptFold.Steps,
        ToolCallItem or ThoughtItem when opened?.StandsApart(item) == true => null,
        ToolCallItem { IsQuiet: true } => TranscriptFold.Steps,
        ThoughtItem { Body.IsOpen: false } => TranscriptFold.Steps,
        SubtaskItem => TranscriptFold.Subtasks,
        MessageItem { FromTaskId: not null } => TranscriptFold.News,
        _ => null,
    };
}

/// <summary>Kinds of items that are folded when many stand together.</summary>
public enum TranscriptFold
{
    /// <summary>Quiet steps of the run.</summary>
    Steps,

    /// <summary>Sub-tasks that it started.</summary>
    Subtasks,

    /// <summary>What other tasks told it.</summary>
    News,

    /// <summary>What was said in another task before this one went on from there.</summary>
    Copied,
}
