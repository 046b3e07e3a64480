using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.SelfCheck.Invariants;

/// <summary>Whatever the rows say is at work is at work in this process, under a lease that holds.</summary>
internal sealed class RunningTasksHaveAnOwner(Store store, LiveRunTable runs, RunOwner owner, RunRecovery recovery, TimeProvider time) : IInvariant
{
    public string Key => "owner";

    public string Promise => "Every running task has a live owner, and the owner's lease holds.";

    public Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var task in store.Live.All.Where(RunRecovery.IsAtWork))
        {
            if (runs.Find(task.Id) is { } run && run.RunId == task.RunId && task.OwnerId == owner.Id) continue;

            // A run leaves the table only after its end is committed: a row that still says the same is nobody's.
            if (store.Live.Find(task.Id) is not { } now || now.Fence != task.Fence || !RunRecovery.IsAtWork(now)) continue;
            findings.Add(new Finding($"{task.Id} is {task.Reason ?? "at work"} by its row, and nobody works on it.", $"{task.Id}/{task.Fence}", token => recovery.SettleAsync(now, token)));
        }

        if (owner.ExpiresAt < time.GetUtcNow()) findings.Add(new Finding($"The lease of this process ran out at {owner.ExpiresAt:HH:mm:ss} UTC; it could not be renewed.", null, null));
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }
}
