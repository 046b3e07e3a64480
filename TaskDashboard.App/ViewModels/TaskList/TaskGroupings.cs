using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>What a list can be grouped by, and what its groups are called in an address.</summary>
public static class TaskGroupings
{
    /// <summary>More closed groups are not remembered: an address has an end.</summary>
    private const int MostClosed = 60;

    private const string NoParent = "none";

    public static IReadOnlyList<TaskGrouping> All { get; } = Enum.GetValues<TaskGrouping>();

    public static string ToWire(this TaskGrouping grouping) => grouping switch
    {
        TaskGrouping.Status => "status",
        TaskGrouping.Agent => "agent",
        _ => "parent",
    };

    public static TaskGrouping? FromWire(string? wire)
    {
        foreach (var grouping in All)
        {
            if (grouping.ToWire() == wire) return grouping;
        }

        return null;
    }

    public static string NameOf(TaskGroupKey key) => key.Value ?? NoParent;

    /// <summary>The closed groups as an address has them: in one order, so that two lists that show the same are the same.</summary>
    public static string Normalize(string? closed) => string.Join(',', Names(closed).Distinct().Order(StringComparer.Ordinal).Take(MostClosed));

    public static IReadOnlySet<string> Read(string closed) => Names(closed).ToHashSet(StringComparer.Ordinal);

    /// <summary>Opens a group or closes it.</summary>
    public static string Toggle(string closed, string name)
    {
        var names = Names(closed).ToList();
        if (!names.Remove(name)) names.Insert(0, name);
        return Normalize(string.Join(',', names.Take(MostClosed)));
    }

    private static string[] Names(string? closed) => (closed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
