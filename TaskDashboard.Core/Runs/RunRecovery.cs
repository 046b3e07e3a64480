using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// Settles what an owner that is gone left behind; at start before the first list is served. Text that was streaming is kept as a partial
/// message; a tool call that was in flight becomes <c>unknown</c> and is never made again by itself; the run ends as interrupted, and its task
/// goes back into the queue or fails as orphaned, as configured. Tasks that wait for a person stay as they were.
/// </summary>
internal sealed class RunRecovery(
    Store store, RunOwner owner, LiveRunTable runs, LeftWorkReader leftWork, TimeProvider time, IOptions<DashboardOptions> options, ILogger<RunRecovery> logger)
{
    /// <summary>Settles everything that was at work when the process before ended.</summary>
    public async Task<RestartSummary> SettleAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var live = store.Live.All.OrderBy(task => task.Key).ToList();
        var orphans = live.FindAll(IsAtWork);
        var wasClean = await WasCleanAsync(cancellationToken);

        // All of them before any wait: the writer settles them in a handful of commits.
        var settling = new List<(Task<ChangeResult> Change, RestartReceipt Receipt)>(orphans.Count);
        foreach (var orphan in orphans) settling.Add(await BeginAsync(orphan, cancellationToken));
        var settled = await Task.WhenAll(settling.Select(one => one.Change));
        var summary = new RestartSummary(
            time.GetUtcNow(), wasClean,
            settled.Count(result => result is { Applied: true, Task.Status: AgentTaskStatus.Pending }),
            settled.Count(result => result.Applied && result.Task!.Status.IsTerminal()),
            settling.Sum(one => one.Receipt.Unknown.Count),
            live.Count(task => task.Status == AgentTaskStatus.Waiting && !IsAtWork(task)),
            live.Count(task => task.Status == AgentTaskStatus.Pending),
            (long)time.GetElapsedTime(started).TotalMilliseconds);
        if (orphans.Count > 0)
        {
            logger.LogInformation(
                "{Count} tasks were at work when the server ended; they were settled ({Policy}) in {Milliseconds} ms.",
                orphans.Count, options.Value.Recovery, summary.TookMs);
        }

        return summary;
    }

    /// <summary>Settles one task that is at work by its row, while no run of this process is. True when that was so.</summary>
    public async Task<bool> SettleAsync(AgentTask orphan, CancellationToken cancellationToken)
    {
        if (!IsAtWork(orphan) || runs.Find(orphan.Id) is not null) return false;
        var (change, _) = await BeginAsync(orphan, cancellationToken);
        return (await change).Applied;
    }

    /// <summary>Does the row say that a run makes progress? Such a row needs an owner that is alive.</summary>
    public static bool IsAtWork(AgentTask task) =>
        task.Status == AgentTaskStatus.Running || task is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.RateLimit or ReasonCodes.Budget }
        || (RequestReason.IsWaiting(task) && task.OpenRequests.Any(request => request.BegunAt is not null)); // A tool that is at work asks, and has to be there for the answer.

    private async Task<bool?> WasCleanAsync(CancellationToken cancellationToken)
    {
        await using var context = await store.Contexts.CreateDbContextAsync(cancellationToken);
        var last = await context.Owners.Where(row => row.Id != owner.Id).OrderByDescending(row => row.StartedAt).FirstOrDefaultAsync(cancellationToken);
        return last is null ? null : last.EndedAt is not null;
    }

    private async Task<(Task<ChangeResult> Change, RestartReceipt Receipt)> BeginAsync(AgentTask orphan, CancellationToken cancellationToken)
    {
        var left = await leftWork.ReadAsync(orphan, cancellationToken);
        return (store.Log.ChangeAsync(orphan.Id, current => current.Fence == left.Fence && IsAtWork(current) ? Settle(current, left) : null), left.Receipt);
    }

    private TaskChange Settle(AgentTask task, LeftWork left)
    {
        var told = new RunFacts { Log = left.AllFacts };

        // A cancel that was accepted holds: the process only ended before the run did.
        if (task.Reason == ReasonCodes.Stopping)
        {
            return RunChanges.End(task, new RunEnd(RunOutcome.Cancelled, task.NextCause, null, "Cancelled; the server ended before the run had.") { Receipt = left.Receipt }, told);
        }

        return options.Value.Recovery == RecoveryPolicy.Fail
            ? RunChanges.End(
                task,
                new RunEnd(RunOutcome.Failed, task.NextCause, ReasonCodes.Orphaned, "The server ended while the task was at work. Retry it to run it again.") { Receipt = left.Receipt },
                told)
            : RunChanges.Interrupt(task, "The server restarted; it goes on from its last step when a slot is free.", left);
    }
}
