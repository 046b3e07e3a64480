using System.Collections.Concurrent;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// What is committed of every non-terminal task, and how many tasks stand where, in memory. Written by the store's writer after each
/// commit, in commit order; read by anybody. Saves the hot paths a query each.
/// </summary>
internal sealed class LiveTaskTable : ICommitListener
{
    private readonly ConcurrentDictionary<string, AgentTask> tasks = new(StringComparer.Ordinal);
    private readonly long[] byStatus = new long[AgentTaskStatusExtensions.All.Count];
    private long needsYou;

    public TaskCounts Counts => new(
        AgentTaskStatusExtensions.All.ToDictionary(status => status, status => Interlocked.Read(ref byStatus[(int)status])),
        Interlocked.Read(ref needsYou));

    public IEnumerable<AgentTask> All => tasks.Values;

    /// <summary>What is committed of the ties between live tasks; for the writer.</summary>
    public LiveTaskIndex Index { get; } = new();

    public AgentTask? Find(string taskId) => tasks.GetValueOrDefault(taskId);

    /// <summary>Fills the counts and the tasks at start, before anything is written or read.</summary>
    public void Load(IReadOnlyDictionary<AgentTaskStatus, long> counts, IEnumerable<AgentTask> live)
    {
        foreach (var (status, count) in counts) byStatus[(int)status] = count;
        foreach (var task in live)
        {
            tasks[task.Id] = task;
            Index.Change(null, task);
            if (NeedsYou(task)) needsYou++;
        }
    }

    public void Committed(AgentTask? before, AgentTask? after, IReadOnlyList<TaskEvent> events)
    {
        Index.Change(before, after);
        if (before is not null) Count(before, -1);
        if (after is null) return;

        Count(after, 1);
        if (after.Status.IsTerminal()) tasks.TryRemove(after.Id, out _);
        else tasks[after.Id] = after;
    }

    internal static bool NeedsYou(AgentTask task) =>
        task.Status == AgentTaskStatus.Waiting && task.Reason is ReasonCodes.Approval or ReasonCodes.Question;

    private void Count(AgentTask task, int by)
    {
        Interlocked.Add(ref byStatus[(int)task.Status], by);
        if (NeedsYou(task)) Interlocked.Add(ref needsYou, by);
    }
}
