using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>One row of the table. Lives as long as the row is loaded and tells only its own row that it changed.</summary>
public sealed class TaskRowModel(AgentTask task) : TaskListLine
{
    public AgentTask Task { get; private set; } = task;

    /// <summary>Its place among other tasks.</summary>
    public TaskRowTies Ties { get; private set; } = TaskRowTies.None;

    /// <summary>Deleted here, with an undo still open, or deleted by somebody: not to be seen.</summary>
    public bool IsHidden { get; private set; }

    /// <summary>It is chosen, with others or alone, for what is done with several.</summary>
    public bool IsSelected { get; private set; }

    /// <summary>Takes in the same row or a newer one.</summary>
    internal void Update(AgentTask newer)
    {
        // A place in the queue moves without the row: what tells nothing new is not drawn.
        if (newer.Version < Task.Version || (newer.Version == Task.Version && newer.ReasonText == Task.ReasonText)) return;
        Task = newer;
        Tell();
    }

    internal void Tie(TaskRowTies ties)
    {
        if (Ties == ties) return;
        Ties = ties;
        Tell();
    }

    internal void Hide(bool hidden)
    {
        if (IsHidden == hidden) return;
        IsHidden = hidden;
        Tell();
    }

    internal void Select(bool selected)
    {
        if (IsSelected == selected) return;
        IsSelected = selected;
        Tell();
    }
}

/// <summary>A task's place among others, as far as a row tells it.</summary>
/// <param name="Children">How many tasks it started.</param>
/// <param name="LiveBelow">How many live tasks are below it, its children's children with them.</param>
/// <param name="ParentTitle">The task that started it; null when nobody did, or when that one is gone.</param>
public sealed record TaskRowTies(int Children, int LiveBelow, string? ParentTitle)
{
    public static TaskRowTies None { get; } = new(0, 0, null);
}
