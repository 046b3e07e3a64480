namespace TaskDashboard.Load.Rows;

/// <summary>Every row, in the order of the design's table.</summary>
internal static class RowCatalog
{
    public static IReadOnlyList<IRow> All { get; } =
    [
        new ThroughputRow(),
        new FirstTokenRow(),
        new TokenDelayRow(),
        new FloodRow(),
        new ViewerLagRow(),
        new RunningTasksRow(),
        new LateViewerRow(),
        new StoredTasksRow(),
        new PagePixelRow(),
    ];
}
