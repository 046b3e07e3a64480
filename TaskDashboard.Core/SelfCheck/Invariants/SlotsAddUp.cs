using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>Every slot that is taken is taken by a run, and every run has a task that is at work.</summary>
internal sealed class SlotsAddUp(Store store, RunSlots slots, LiveRunTable runs) : IInvariant
{
    public string Key => "slots";

    public string Promise => "Every slot that is taken belongs to a run, and every run to a task that has not ended.";

    public Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        var live = runs.All;
        var findings = new List<Finding>();
        var busy = slots.Busy;
        var held = live.Count(run => run.HoldsSlot);
        if (busy != held) findings.Add(new Finding($"{busy} slots are taken, and {held} runs hold one.", $"{busy}/{held}", null));
        foreach (var run in live)
        {
            // Registered before the claim is written, and removed behind the end: only what stays like this is wrong.
            if (store.Live.Find(run.TaskId) is { } task && (task.RunId == run.RunId || task.Status == AgentTaskStatus.Pending)) continue;
            findings.Add(new Finding($"{run.RunId} of {run.TaskId} is there, and its task has ended.", run.RunId, null));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }
}
