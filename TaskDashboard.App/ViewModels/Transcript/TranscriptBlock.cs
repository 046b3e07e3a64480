namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>What stands in one place of the page: an item, or several quiet steps folded into one line.</summary>
/// <param name="Key">The same as it grows.</param>
/// <param name="Items">One item, or the folded ones.</param>
public sealed record TranscriptBlock(string Key, IReadOnlyList<TranscriptItem> Items)
{
    /// <summary>So many tool calls without a failure in between are folded.</summary>
    public const int FoldFrom = 3;

    public bool IsFolded => Items.Count > 1;

    /// <summary>How many tool calls are folded here.</summary>
    public int Steps => Items.Count(item => item is ToolCallItem);

    /// <summary>What the folded steps took together.</summary>
    public TimeSpan Duration => Items.Aggregate(TimeSpan.Zero, (sum, item) => sum + item switch
    {
        ToolCallItem call => call.Duration,
        ThoughtItem thought => thought.Duration ?? TimeSpan.Zero,
        _ => TimeSpan.Zero,
    });

    /// <summary>Folds stretches of finished, successful tool calls, with the thoughts between them.</summary>
    public static IReadOnlyList<TranscriptBlock> Fold(IReadOnlyList<TranscriptItem> items)
    {
        var blocks = new List<TranscriptBlock>(items.Count);
        for (var start = 0; start < items.Count;)
        {
            var end = start;
            var calls = 0;
            while (end < items.Count && IsQuiet(items[end]))
            {
                if (items[end++] is ToolCallItem) calls++;
            }

            // A thought behind the last call belongs to what comes next.
            while (end > start && items[end - 1] is ThoughtItem) end--;

            if (calls >= FoldFrom)
            {
                var folded = items.Skip(start).Take(end - start).ToList();
                blocks.Add(new TranscriptBlock($"fold:{folded[0].Key}", folded));
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

    private static bool IsQuiet(TranscriptItem item) => item switch
    {
        ToolCallItem call => call.IsQuiet,
        ThoughtItem thought => !thought.Body.IsOpen,
        _ => false,
    };
}
