using System.Collections.Concurrent;

namespace TaskDashboard.Core.Runs;

/// <summary>The runs that this process owns, by task. A run is here before its claim is written, so that a stop never misses it.</summary>
internal sealed class LiveRunTable
{
    private readonly ConcurrentDictionary<string, LiveRun> runs = new(StringComparer.Ordinal);

    public ICollection<LiveRun> All => runs.Values;

    public LiveRun? Find(string taskId) => runs.GetValueOrDefault(taskId);

    /// <summary>False when the task has a run already.</summary>
    public bool TryAdd(LiveRun run) => runs.TryAdd(run.TaskId, run);

    public void Remove(LiveRun run) => runs.TryRemove(KeyValuePair.Create(run.TaskId, run));
}
