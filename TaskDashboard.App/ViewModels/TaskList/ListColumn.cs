namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>A column of the table that a person may do without. The box, the name and the actions are always there.</summary>
/// <param name="Name">As in its cells' class, and in what the browser remembers.</param>
/// <param name="LabelKey">Key of its heading.</param>
/// <param name="IsWideOnly">Cards on a narrow screen have no place for it.</param>
public sealed record ListColumn(string Name, string LabelKey, bool IsWideOnly = false)
{
    /// <summary>In the order in which they stand in the table.</summary>
    public static IReadOnlyList<ListColumn> Optional { get; } =
    [
        new("agent", "Tasks.Column.Agent"),
        new("status", "Tasks.Column.Status"),
        new("model", "Tasks.Column.Model", IsWideOnly: true),
        new("started", "Tasks.Column.Started"),
        new("duration", "Tasks.Column.Duration"),
        new("cost", "Tasks.Column.Cost", IsWideOnly: true),
    ];
}
