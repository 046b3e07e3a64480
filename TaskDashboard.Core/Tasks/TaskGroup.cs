namespace TaskDashboard.Core.Tasks;

/// <summary>What tasks of a list can be put together by.</summary>
public enum TaskGrouping
{
    Status,

    Agent,

    /// <summary>The task that started them.</summary>
    Parent,
}

/// <summary>Which group.</summary>
/// <param name="By">What the tasks are put together by.</param>
/// <param name="Value">
/// The status as on the wire, the agent's id, or the parent's id; null for the tasks that have no parent. A <c>&lt;</c> before a parent's id stands for
/// all parents that are older than that one.
/// </param>
public sealed record TaskGroupKey(TaskGrouping By, string? Value);

/// <summary>One group of a list.</summary>
/// <param name="Key">Which.</param>
/// <param name="Title">The agent's name or the parent's title; null where the key says it all, or where the parent is gone or not to be seen.</param>
/// <param name="Count">How many tasks it has.</param>
public sealed record TaskGroup(TaskGroupKey Key, string? Title, long Count);

/// <summary>The groups of a list that have tasks.</summary>
/// <param name="Items">Statuses from what waits to what was cancelled, agents by name, parents the newest first and tasks without one at the end.</param>
/// <param name="Counts">How many tasks match the filters but that of the status, per status; every status is there.</param>
/// <param name="NeedsYou">How many of those wait on a person.</param>
public sealed record TaskGroupList(IReadOnlyList<TaskGroup> Items, IReadOnlyDictionary<string, long> Counts, long NeedsYou)
{
    /// <summary>How many parents have a group of their own; the tasks of older ones are one group.</summary>
    public const int MostParents = 1_000;

    /// <summary>What stands before the id of the oldest parent with a group of its own, in the key of the group of all older ones.</summary>
    public const char OlderMark = '<';
}
