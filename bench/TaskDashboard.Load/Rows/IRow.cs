using TaskDashboard.Load.Measures;

namespace TaskDashboard.Load.Rows;

/// <summary>One row of the design's budget table.</summary>
internal interface IRow
{
    /// <summary>Its place in the design's table, from a.</summary>
    string Letter { get; }

    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    Task<IReadOnlyList<Measure>> MeasureAsync(LoadContext context, CancellationToken cancellationToken);
}
