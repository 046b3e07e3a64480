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
    private readonly ConcurrentDictionary<string, Tally> ofPeople = new(StringComparer.Ordinal);
    private readonly Tally all = new();

    public TaskCounts Counts => all.Counts;

    /// <summary>The counts of one person's tasks.</summary>
    public TaskCounts CountsOf(string personId) => ofPeople.TryGetValue(personId, out var tally) ? tally.Counts : Tally.Empty;

    public IEnumerable<AgentTask> All => tasks.Values;

    /// <summary>What is committed of the ties between live tasks; for the writer.</summary>
    public LiveTaskIndex Index { get; } = new();

    public AgentTask? Find(string taskId) => tasks.GetValueOrDefault(taskId);

    /// <summary>Fills the counts and the tasks at start, before anything is written or read.</summary>
    public void Load(IEnumerable<(string? PersonId, AgentTaskStatus Status, long Count)> counts, IEnumerable<AgentTask> live)
    {
        foreach (var (personId, status, count) in counts)
        {
            all.Add(status, count);
            TallyOf(personId)?.Add(status, count);
        }
        foreach (var task in live)
        {
            tasks[task.Id] = task;
            Index.Change(null, task);
            if (!NeedsYou(task)) continue;
            all.AddNeedy(1);
            TallyOf(task.PersonId)?.AddNeedy(1);
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
        all.Add(task.Status, by);
        var own = TallyOf(task.PersonId);
        own?.Add(task.Status, by);
        if (!NeedsYou(task)) return;
        all.AddNeedy(by);
        own?.AddNeedy(by);
    }

    private Tally? TallyOf(string? personId) => personId is null ? null : ofPeople.GetOrAdd(personId, static _ => new Tally());

    /// <summary>Counts that one thread writes and any reads.</summary>
    private sealed class Tally
    {
        private readonly long[] byStatus = new long[AgentTaskStatusExtensions.All.Count];
        private long needsYou;

        public static TaskCounts Empty { get; } = new Tally().Counts;

        public TaskCounts Counts => new(
            AgentTaskStatusExtensions.All.ToDictionary(status => status, status => Interlocked.Read(ref byStatus[(int)status])),
            Interlocked.Read(ref needsYou));

        public void Add(AgentTaskStatus status, long by) => Interlocked.Add(ref byStatus[(int)status], by);

        public void AddNeedy(long by) => Interlocked.Add(ref needsYou, by);
    }
}
