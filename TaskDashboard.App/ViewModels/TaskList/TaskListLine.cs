namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>One line of the table: a task, or the heading of a group. Tells only its own line that it changed. Used on the page's own thread.</summary>
public abstract class TaskListLine
{
    public int Version { get; private set; }

    /// <summary>Raised on the page's own thread.</summary>
    public event Action? Changed;

    private protected void Tell()
    {
        Version++;
        Changed?.Invoke();
    }
}
