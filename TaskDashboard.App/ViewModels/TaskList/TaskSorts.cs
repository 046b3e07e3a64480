using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>The columns that the list can be sorted by, and the names of the orders in an address.</summary>
public static class TaskSorts
{
    private static readonly Dictionary<TaskSort, string> Wire = new()
    {
        [TaskSort.Attention] = "attention",
        [TaskSort.Newest] = "-created_at",
        [TaskSort.Oldest] = "created_at",
        [TaskSort.Title] = "title",
        [TaskSort.TitleDescending] = "-title",
        [TaskSort.Agent] = "agent_name",
        [TaskSort.AgentDescending] = "-agent_name",
        [TaskSort.Status] = "status",
        [TaskSort.StatusDescending] = "-status",
        [TaskSort.Model] = "model",
        [TaskSort.ModelDescending] = "-model",
        [TaskSort.Started] = "started_at",
        [TaskSort.StartedDescending] = "-started_at",
        [TaskSort.Duration] = "duration_ms",
        [TaskSort.DurationDescending] = "-duration_ms",
    };

    private static readonly Dictionary<string, TaskSort> ByName = Wire.ToDictionary(pair => pair.Value, pair => pair.Key);

    public static IReadOnlyList<TaskColumn> Columns { get; } =
    [
        new("name", "Tasks.Column.Name", TaskSort.Title, TaskSort.TitleDescending),
        new("agent", "Tasks.Column.Agent", TaskSort.Agent, TaskSort.AgentDescending),
        new("status", "Tasks.Column.Status", TaskSort.Status, TaskSort.StatusDescending),
        new("model", "Tasks.Column.Model", TaskSort.Model, TaskSort.ModelDescending),
        new("started", "Tasks.Column.Started", TaskSort.StartedDescending, TaskSort.Started),
        new("duration", "Tasks.Column.Duration", TaskSort.DurationDescending, TaskSort.Duration),
    ];

    public static string ToWire(this TaskSort sort) => Wire[sort];

    public static TaskSort FromWire(string? wire) => ByName.GetValueOrDefault(wire ?? "", TaskSort.Attention);
}

/// <summary>A column with the order of its first click and of its second; a third goes back to attention.</summary>
public sealed record TaskColumn(string Name, string LabelKey, TaskSort First, TaskSort Second)
{
    public TaskSort After(TaskSort current) => current == First ? Second : current == Second ? TaskSort.Attention : First;

    /// <summary>For <c>aria-sort</c>.</summary>
    public string Direction(TaskSort current)
    {
        if (current != First && current != Second) return "none";
        return current.ToWire().StartsWith('-') ? "descending" : "ascending";
    }
}
