using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// Live tasks by what ties them to others: their parent, what they wait for, the order that they carry out. One holds what is committed, and
/// a small one per batch what the open transaction adds. Used on the writer's thread only.
/// </summary>
internal sealed class LiveTaskIndex
{
    private readonly Dictionary<string, HashSet<string>> children = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> dependents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> names = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> ChildrenOf(string taskId) => children.TryGetValue(taskId, out var found) ? found : [];

    /// <summary>Pending tasks that wait for this one.</summary>
    public IReadOnlyCollection<string> DependentsOf(string taskId) => dependents.TryGetValue(taskId, out var found) ? found : [];

    /// <summary>The tasks that carry out an order: one, or more where one of them was run again while another was live.</summary>
    public IReadOnlyCollection<string> FindOrder(string fingerprint) => orders.TryGetValue(fingerprint, out var found) ? found : [];

    /// <summary>The tasks of a chat that have the name.</summary>
    public IReadOnlyCollection<string> FindName(string chatId, string name) => names.TryGetValue(NameKey(chatId, name), out var found) ? found : [];

    public void Change(AgentTask? before, AgentTask? after)
    {
        if (before is not null && IsTied(before)) Remove(before);
        if (after is not null && IsTied(after)) Add(after);
    }

    public void Clear()
    {
        children.Clear();
        dependents.Clear();
        orders.Clear();
        names.Clear();
    }

    /// <summary>
    /// Whether another order for the same is a repeat of this one: not once somebody has spoken to it or a trigger goes on with it, and not while
    /// it is being stopped, because then it will not carry the order out.
    /// </summary>
    public static bool HoldsOrder(AgentTask task) =>
        task.Fingerprint is not null && !task.Status.IsTerminal() && task.Reason != ReasonCodes.Stopping && task.NextCause is not (Runs.RunCause.Message or Runs.RunCause.Trigger);

    private static bool IsTied(AgentTask task) =>
        !task.Status.IsTerminal() && (task.ParentTaskId is not null || task.DependsOn.Count > 0 || task.Fingerprint is not null || task.Name is not null);

    private static string NameKey(string chatId, string name) => $"{chatId}/{name}";

    private void Add(AgentTask task)
    {
        if (task.ParentTaskId is { } parent) Put(children, parent, task.Id);
        foreach (var edge in task.DependsOn.Where(edge => edge.State == DependencyState.Open)) Put(dependents, edge.TaskId, task.Id);
        if (HoldsOrder(task)) Put(orders, task.Fingerprint!, task.Id);
        if (task.Name is { } name) Put(names, NameKey(task.ChatId, name), task.Id);
    }

    private void Remove(AgentTask task)
    {
        if (task.ParentTaskId is { } parent) Take(children, parent, task.Id);
        foreach (var edge in task.DependsOn) Take(dependents, edge.TaskId, task.Id);
        if (task.Fingerprint is { } order) Take(orders, order, task.Id);
        if (task.Name is { } name) Take(names, NameKey(task.ChatId, name), task.Id);
    }

    private static void Put(Dictionary<string, HashSet<string>> index, string key, string taskId)
    {
        if (!index.TryGetValue(key, out var ids)) index.Add(key, ids = new HashSet<string>(StringComparer.Ordinal));
        ids.Add(taskId);
    }

    private static void Take(Dictionary<string, HashSet<string>> index, string key, string taskId)
    {
        if (index.TryGetValue(key, out var ids) && ids.Remove(taskId) && ids.Count == 0) index.Remove(key);
    }
}
