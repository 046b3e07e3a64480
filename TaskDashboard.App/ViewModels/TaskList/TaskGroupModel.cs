using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>The heading of a group. Its number goes along with the tasks; which rows stand below it changes with the list only.</summary>
public sealed class TaskGroupModel(TaskGroup group, bool isClosed) : TaskListLine
{
    public TaskGroup Group { get; private set; } = group;

    /// <summary>Its rows are not shown.</summary>
    public bool IsClosed { get; private set; } = isClosed;

    /// <summary>What an address calls it.</summary>
    public string Name => TaskGroupings.NameOf(Group.Key);

    internal void Update(TaskGroup newer)
    {
        if (Group == newer) return;
        Group = newer;
        Tell();
    }

    internal void Close(bool closed)
    {
        if (IsClosed == closed) return;
        IsClosed = closed;
        Tell();
    }
}
