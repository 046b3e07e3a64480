using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Family;

/// <summary>
/// The tasks around one: those below it, the one above, those that it starts after or hears of. Read once, then kept up to date by the list's
/// changes. Used on the page's own thread.
/// </summary>
public sealed class TaskFamily(ITaskReader reader)
{
    private readonly Dictionary<string, AgentTask> below = [];
    private readonly Dictionary<string, AgentTask> others = [];
    private readonly HashSet<string> asked = [];
    private readonly HashSet<string> deleted = [];
    private string? rootId;

    /// <summary>The task with everything below it; null until it is read.</summary>
    public TaskNode? Root { get; private set; }

    /// <summary>What it started itself.</summary>
    public IReadOnlyList<TaskNode> Children => Root?.Children ?? [];

    /// <summary>A task of the family is another one now. Raised on the page's own thread.</summary>
    public event Action? Changed;

    /// <summary>A task of the family, or null where it is not known (yet) or is gone.</summary>
    public AgentTask? Find(string taskId) => below.GetValueOrDefault(taskId) ?? others.GetValueOrDefault(taskId);

    /// <summary>It was looked for, and is not there: somebody has deleted it.</summary>
    public bool IsGone(string taskId) => asked.Contains(taskId) && Find(taskId) is null;

    /// <summary>Reads everything below a task. Changes that come while it reads are kept.</summary>
    public async Task LoadAsync(string taskId, CancellationToken cancellationToken)
    {
        rootId = taskId;
        var before = below.Keys.ToList();
        var tree = await reader.ListTreeAsync(taskId, cancellationToken);
        foreach (var gone in before.Except(tree.Select(task => task.Id))) below.Remove(gone);
        foreach (var task in tree.Where(task => !deleted.Contains(task.Id))) Update(below, task);
        Rebuild();
    }

    /// <summary>Reads what is not known of the tasks with these ids.</summary>
    public async Task LearnAsync(IEnumerable<string> taskIds, CancellationToken cancellationToken)
    {
        var found = false;
        foreach (var taskId in taskIds.ToList())
        {
            if (below.ContainsKey(taskId) || !asked.Add(taskId)) continue;
            if (await reader.FindAsync(taskId, cancellationToken) is { } task) others[taskId] = task;
            found = true;
        }

        if (found) Changed?.Invoke();
    }

    /// <summary>Takes in what happened to tasks. Answers whether one below has come, moved or gone.</summary>
    public async Task<bool> ApplyAsync(LiveTaskBatch batch, CancellationToken cancellationToken)
    {
        if (rootId is null) return false;
        if (batch.Resync || batch.Changes.Any(change => change.Task is null && !change.Deleted))
        {
            await ReloadAsync(cancellationToken);
            return true;
        }

        var (isBelow, isOther) = (false, false);
        foreach (var change in batch.Changes)
        {
            if (change.Deleted) isBelow |= deleted.Add(change.TaskId) & below.Remove(change.TaskId);
            else if (IsBelow(change.Task!)) isBelow |= Update(below, change.Task!);
            if (others.ContainsKey(change.TaskId)) isOther |= change.Deleted ? others.Remove(change.TaskId) : Update(others, change.Task!);
        }

        if (isBelow) Rebuild();
        else if (isOther) Changed?.Invoke();
        return isBelow;
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        foreach (var taskId in others.Keys.ToList())
        {
            if (await reader.FindAsync(taskId, cancellationToken) is { } task) others[taskId] = task;
            else others.Remove(taskId);
        }

        await LoadAsync(rootId!, cancellationToken);
    }

    private bool IsBelow(AgentTask task) =>
        task.Id == rootId || below.ContainsKey(task.Id) || (task.ParentTaskId is { } parent && (parent == rootId || below.ContainsKey(parent)));

    private static bool Update(Dictionary<string, AgentTask> tasks, AgentTask newer)
    {
        if (tasks.TryGetValue(newer.Id, out var known) && newer.Version <= known.Version) return false;
        tasks[newer.Id] = newer;
        return true;
    }

    private void Rebuild()
    {
        // A child of a task that was deleted is a task of its own: the tree is what can be reached from the root.
        Root = below.TryGetValue(rootId!, out var root) ? TaskNode.From([root, .. below.Values.Where(task => task.Id != rootId)]) : null;
        Changed?.Invoke();
    }
}
