using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Family;

/// <summary>A task with those that it started.</summary>
/// <param name="Task">The task.</param>
/// <param name="Children">Oldest first.</param>
public sealed record TaskNode(AgentTask Task, IReadOnlyList<TaskNode> Children)
{
    /// <summary>It, and everything below it, parents before children.</summary>
    public IEnumerable<TaskNode> All
    {
        get
        {
            var open = new Stack<TaskNode>([this]);
            while (open.TryPop(out var node))
            {
                yield return node;
                foreach (var child in node.Children.Reverse()) open.Push(child);
            }
        }
    }

    /// <summary>How many tasks are below it.</summary>
    public int Below { get; } = Children.Sum(child => 1 + child.Below);

    /// <summary>How many live tasks are below it.</summary>
    public int LiveBelow { get; } = Children.Sum(child => (child.Task.Status.IsTerminal() ? 0 : 1) + child.LiveBelow);

    /// <summary>What it and everything below it cost, as far as prices are known; null where none is.</summary>
    public decimal? Cost { get; } = Children.Aggregate(Task.Usage.Cost, (sum, child) => sum is null && child.Cost is null ? null : (sum ?? 0) + (child.Cost ?? 0));

    /// <param name="tasks">The root first, parents before children.</param>
    public static TaskNode? From(IReadOnlyCollection<AgentTask> tasks)
    {
        if (tasks.Count == 0) return null;
        var root = tasks.First();
        var byParent = tasks.Where(task => task.Id != root.Id).OrderBy(task => task.CreatedAt).ThenBy(task => task.Id, StringComparer.Ordinal).ToLookup(task => task.ParentTaskId);
        return Build(root);

        TaskNode Build(AgentTask task) => new(task, [.. byParent[task.Id].Select(Build)]);
    }
}
