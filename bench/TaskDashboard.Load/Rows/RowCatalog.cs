namespace TaskDashboard.Load.Rows;

/// <summary>Every row, in the order in which they run: those that share a product with the same settings stand together.</summary>
internal static class RowCatalog
{
    public static IReadOnlyList<IRow> All { get; } =
    [
        new ThroughputRow(),
        new FirstTokenRow(),
        new TokenDelayRow(),
        new FloodRow(),
        new ViewerLagRow(),
        new LateViewerRow(),
        new RunningTasksRow(),
        new StoredTasksRow(),
        new PagePixelRow(),
        new PageListRow(),
        new PageChatRow(),
        new PageTypingRow(),
        new PageAnswerRow(),
        new PageMemoryRow(),
    ];
}
