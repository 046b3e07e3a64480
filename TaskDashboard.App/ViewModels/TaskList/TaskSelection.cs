using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// Which tasks of the list are chosen: some by their ids, or all that match the filter but some. It holds no rows, so it survives scrolling, and costs the
/// same for five tasks as for all of a hundred thousand. Used on the page's own thread.
/// </summary>
public sealed class TaskSelection
{
    /// <summary>The ids that are chosen; with <see cref="IsAll"/> those that are left out.</summary>
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>Everything that matches the filter is chosen, whether it was ever loaded or not.</summary>
    public bool IsAll { get; private set; }

    public bool IsEmpty => !IsAll && ids.Count == 0;

    /// <summary>The row that a range reaches from: the one that was chosen or let go last.</summary>
    public string? Anchor { get; private set; }

    /// <summary>Raised on the page's own thread.</summary>
    public event Action? Changed;

    public bool Contains(string taskId) => IsAll != ids.Contains(taskId);

    /// <summary>How many are chosen, of so many in the list.</summary>
    public int Count(int total) => IsAll ? Math.Max(0, total - ids.Count) : ids.Count;

    public void Toggle(string taskId)
    {
        Anchor = taskId;
        if (!ids.Remove(taskId)) ids.Add(taskId);
        Changed?.Invoke();
    }

    /// <summary>Chooses these as well, up to and including the one that was pointed at.</summary>
    public void Add(IEnumerable<string> taskIds, string? anchor = null)
    {
        Anchor = anchor ?? Anchor;
        if (IsAll) ids.ExceptWith(taskIds);
        else ids.UnionWith(taskIds);
        Changed?.Invoke();
    }

    public void SelectAll()
    {
        ids.Clear();
        IsAll = true;
        Changed?.Invoke();
    }

    public void Clear()
    {
        if (IsEmpty) return;
        ids.Clear();
        IsAll = false;
        Anchor = null;
        Changed?.Invoke();
    }

    /// <summary>A task is gone.</summary>
    public void Forget(string taskId)
    {
        if (ids.Remove(taskId)) Changed?.Invoke();
    }

    /// <summary>Ids that were chosen one by one; empty with <see cref="IsAll"/>.</summary>
    public IReadOnlyCollection<string> Ids => IsAll ? [] : ids;

    /// <summary>The same in the engine's words.</summary>
    public BulkOrder ToOrder(BulkAction action, TaskQuery filter) => IsAll
        ? new BulkOrder(action) { Filter = filter, Except = [.. ids] }
        : new BulkOrder(action) { TaskIds = [.. ids] };
}
