using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>
/// What rows in sight tell beside their own task: children, parent, the place in the queue. Read for those in sight only, and again only when a
/// change of the list may have moved it. Used on the page's own thread.
/// </summary>
public sealed class VisibleTasks(ITaskReader reader)
{
    /// <summary>More than a screen has; what is behind it is read when it comes into sight.</summary>
    private const int Most = 100;

    private const int MostKept = 2000;

    private readonly Dictionary<string, TaskRowTies> ties = [];
    private readonly HashSet<string> withChildren = [];
    private readonly Dictionary<string, bool> childIsLive = [];
    private readonly Dictionary<string, string> parentTitles = [];
    private IReadOnlyList<TaskRowModel> rows = [];
    private int forgotten;

    /// <summary>Rows came into sight; true when something of them has to be read.</summary>
    public bool Show(IReadOnlyList<TaskRowModel> visible)
    {
        rows = visible.Count > Most ? [.. visible.Take(Most)] : visible;
        foreach (var row in rows)
        {
            if (ties.TryGetValue(row.Task.Id, out var known)) row.Tie(known);
        }

        return rows.Any(NeedsReading);
    }

    /// <summary>Takes in what happened to tasks; true when something in sight has to be read again.</summary>
    public bool Apply(LiveTaskBatch batch)
    {
        if (batch.Resync) Forget();
        foreach (var change in batch.Changes) TakeIn(change);
        return rows.Any(NeedsReading);
    }

    /// <summary>Reads what is not known of the rows in sight, beside the page's thread. True when something has moved meanwhile: read again.</summary>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (ties.Count > MostKept || childIsLive.Count > MostKept) Forget();
        var wanted = rows.Where(NeedsReading).ToList();
        var (before, known) = (forgotten, ties.Keys.ToHashSet());
        var read = await Task.Run(() => ReadAsync([.. wanted.Select(row => row.Task)], known, cancellationToken), cancellationToken);
        foreach (var (row, facts) in wanted.Zip(read))
        {
            if (facts.Placed is { } placed) row.Update(placed);
            if (facts.Ties is not { } found) continue;
            row.Tie(found);
            if (before != forgotten) continue;
            ties[row.Task.Id] = found;
            if (found.Children > 0) withChildren.Add(row.Task.Id);
            if (found.ParentTitle is { } title) parentTitles[row.Task.ParentTaskId!] = title;
        }

        return before != forgotten && rows.Any(row => !ties.ContainsKey(row.Task.Id));
    }

    private async Task<List<(AgentTask? Placed, TaskRowTies? Ties)>> ReadAsync(List<AgentTask> tasks, HashSet<string> known, CancellationToken cancellationToken)
    {
        var read = new List<(AgentTask?, TaskRowTies?)>(tasks.Count);
        foreach (var task in tasks)
        {
            var placed = TaskStatusAppearance.MayQueue(task) ? await reader.FindAsync(task.Id, cancellationToken) : null;
            read.Add((placed, known.Contains(task.Id) ? null : await ReadTiesAsync(task, cancellationToken)));
        }

        return read;
    }

    private async Task<TaskRowTies> ReadTiesAsync(AgentTask task, CancellationToken cancellationToken)
    {
        var children = await reader.ListAsync(new TaskQuery { ParentId = task.Id, Limit = 1 }, cancellationToken);
        var count = (int)children.Counts.Values.Sum();
        var live = count == 0 || task.Status.IsTerminal()
            ? 0
            : (await reader.ListTreeAsync(task.Id, cancellationToken)).Count(one => one.Id != task.Id && !one.Status.IsTerminal());
        var parent = task.ParentTaskId is { } parentId ? await reader.FindAsync(parentId, cancellationToken) : null;
        return new TaskRowTies(count, live, parent?.Title);
    }

    private void TakeIn(LiveTaskChange change)
    {
        if (change.Task is not { } task)
        {
            // Deleted, or not told: whose child it was is not known.
            ForgetAbove();
            return;
        }

        if (parentTitles.TryGetValue(task.Id, out var title) && title != task.Title) Forget();
        if (task.ParentTaskId is not { } parentId) return;

        // Steps of a child change nothing for those above it; its beginning and its end do.
        var isLive = !task.Status.IsTerminal();
        if (childIsLive.TryGetValue(task.Id, out var was) && was == isLive) return;
        childIsLive[task.Id] = isLive;
        ties.Remove(parentId);
        ForgetAbove();
    }

    /// <summary>Who is above whom is known of loaded rows only: all that have children are read again.</summary>
    private void ForgetAbove()
    {
        forgotten++;
        foreach (var parent in withChildren) ties.Remove(parent);
        withChildren.Clear();
    }

    private void Forget()
    {
        forgotten++;
        ties.Clear();
        withChildren.Clear();
        childIsLive.Clear();
        parentTitles.Clear();
    }

    private bool NeedsReading(TaskRowModel row) => TaskStatusAppearance.MayQueue(row.Task) || !ties.ContainsKey(row.Task.Id);
}
