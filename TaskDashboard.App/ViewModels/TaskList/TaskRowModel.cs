using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>One row of the table. Lives as long as the row is loaded and tells only its own row that it changed.</summary>
public sealed class TaskRowModel(AgentTask task)
{
    public AgentTask Task { get; private set; } = task;

    public int Version { get; private set; }

    /// <summary>Deleted here, with an undo still open, or deleted by somebody: not to be seen.</summary>
    public bool IsHidden { get; private set; }

    /// <summary>Raised on the page's own thread.</summary>
    public event Action? Changed;

    internal void Update(AgentTask newer)
    {
        if (newer.Version < Task.Version) return;
        Task = newer;
        Tell();
    }

    internal void Hide(bool hidden)
    {
        if (IsHidden == hidden) return;
        IsHidden = hidden;
        Tell();
    }

    private void Tell()
    {
        Version++;
        Changed?.Invoke();
    }
}
