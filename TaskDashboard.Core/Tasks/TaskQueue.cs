namespace TaskDashboard.Core.Tasks;

/// <summary>
/// Who waits for a slot, in order: the highest priority first, among equals those that were at work already, then the oldest.
/// The rows say what is pending; this is only their order. Not safe for threads: <see cref="Runs.RunSlots"/> guards it.
/// </summary>
internal sealed class TaskQueue
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<Entry>> byAgent = new(StringComparer.Ordinal);
    private Dictionary<string, int>? places;

    public int Count => entries.Count;

    /// <summary>Lets a task wait; again with another priority moves it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="returning">Set for a run that was at work and gave its slot up: completed when it is its turn.</param>
    public void Add(AgentTask task, TaskCompletionSource? returning)
    {
        Remove(task.Id);
        var entry = new Entry(task.Id, task.RunAgentId, -task.Priority, returning is null ? 1 : 0, task.Key, returning);
        entries.Add(task.Id, entry);
        if (!byAgent.TryGetValue(task.RunAgentId, out var ofAgent)) byAgent.Add(task.RunAgentId, ofAgent = []);
        ofAgent.Add(entry);
        places = null;
    }

    public bool Remove(string taskId)
    {
        if (!entries.Remove(taskId, out var entry)) return false;
        var ofAgent = byAgent[entry.AgentId];
        ofAgent.Remove(entry);
        if (ofAgent.Count == 0) byAgent.Remove(entry.AgentId);
        places = null;
        return true;
    }

    /// <summary>The first in the order whose agent may run one more; null when there is none.</summary>
    public Entry? First(Func<string, bool> hasRoom)
    {
        Entry? first = null;
        foreach (var (agentId, ofAgent) in byAgent)
        {
            if (!hasRoom(agentId)) continue;
            var head = ofAgent.Min!;
            if (first is null || head.CompareTo(first) < 0) first = head;
        }

        return first;
    }

    /// <summary>1 for the first; null for a task that does not wait for a slot.</summary>
    public int? PlaceOf(string taskId)
    {
        if (!entries.ContainsKey(taskId)) return null;

        // Asked by pages, for many tasks in a row; kept until somebody comes or goes.
        places ??= entries.Values.Order().Select((entry, index) => (entry.TaskId, Place: index + 1)).ToDictionary(StringComparer.Ordinal);
        return places[taskId];
    }

    public bool Contains(string taskId) => entries.ContainsKey(taskId);

    internal sealed record Entry(string TaskId, string AgentId, int NegativePriority, int Newcomer, long Key, TaskCompletionSource? Returning) : IComparable<Entry>
    {
        public int CompareTo(Entry? other) => other is null
            ? -1
            : (NegativePriority, Newcomer, Key).CompareTo((other.NegativePriority, other.Newcomer, other.Key));
    }
}
