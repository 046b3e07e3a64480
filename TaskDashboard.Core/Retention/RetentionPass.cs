using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Retention;

/// <summary>
/// Deletes tasks that ended longer ago than they are to be kept, as a person would: with files, attachments and worktrees. One after the other, so that whoever else has
/// something to write comes in between.
/// </summary>
/// <remarks>What still has a live task above or below it stays, and so does what a trigger goes on with. An imported task ages from its import on.</remarks>
internal sealed class RetentionPass(Store store, TaskStopping stopping, TriggerStore triggers, IOptions<DashboardOptions> options, TimeProvider time, ILogger<RetentionPass> logger)
{
    private const int PageSize = 100;

    private readonly PurgeTable table = new(store);

    /// <summary>A pass has ended. On its thread: must be quick.</summary>
    public event Action? Changed;

    /// <summary>How long what is kept.</summary>
    public RetentionOptions Options => options.Value.Retention;

    /// <summary>What the passes did, the newest first.</summary>
    public Task<IReadOnlyList<Purge>> ListAsync(long? before, int limit, CancellationToken cancellationToken) => table.ListAsync(before, limit, cancellationToken);

    /// <summary>Looks through all that has ended. Answers with what it did; null where everything is kept.</summary>
    public async Task<Purge?> RunAsync(CancellationToken cancellationToken)
    {
        if (!Options.IsOn) return null;
        var began = time.GetTimestamp();
        var purge = new Purge { At = StoreTime.Truncate(time.GetUtcNow()) };
        try
        {
            purge = await RemoveAsync(AgentTaskStatus.Completed, Options.Completed, purge, cancellationToken);
            purge = await RemoveAsync(AgentTaskStatus.Failed, Options.Failed, purge, cancellationToken);
            purge = await RemoveAsync(AgentTaskStatus.Cancelled, Options.Cancelled, purge, cancellationToken);
        }
        catch (PassException cut)
        {
            // What it had done is told; the rest is left to the next one.
            await NoteAsync(cut.SoFar, began);
            throw cut.InnerException!;
        }

        return await NoteAsync(purge, began);
    }

    private async Task<Purge> NoteAsync(Purge purge, long began)
    {
        purge = await table.AddAsync(purge with { DurationMs = (long)time.GetElapsedTime(began).TotalMilliseconds });
        if (purge.Removed + purge.Kept == 0) logger.LogInformation("Retention found nothing that was old enough, in {Milliseconds} ms.", purge.DurationMs);
        else logger.LogInformation(
            "Retention removed {Completed} completed, {Failed} failed and {Cancelled} cancelled tasks in {Milliseconds} ms, and kept {Kept} that are still needed. The oldest had ended {Oldest}.",
            purge.Completed, purge.Failed, purge.Cancelled, purge.DurationMs, purge.Kept, purge.OldestEndedAt);
        Changed?.Invoke();
        return purge;
    }

    private async Task<Purge> RemoveAsync(AgentTaskStatus status, int? days, Purge purge, CancellationToken cancellationToken)
    {
        if (days is not { } kept) return purge;
        var before = purge.At - TimeSpan.FromDays(kept);
        try
        {
            var after = 0L;
            while (await table.ListEndedAsync(status, before, after, PageSize, cancellationToken) is { Count: > 0 } page)
            {
                foreach (var task in page)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (EndOf(task) >= before) continue;
                    purge = await stopping.PurgeAsync(task, (current, view) => MayGo(current, view, before), cancellationToken) ? Counted(purge, task) : purge with { Kept = purge.Kept + 1 };
                }

                after = page[^1].Key;
            }

            return purge;
        }
        catch (Exception cut)
        {
            throw new PassException(purge, cut);
        }
    }

    /// <summary>Asked on the writer: what became of it since it was read counts.</summary>
    private bool MayGo(AgentTask task, ITaskView view, DateTimeOffset before) =>
        EndOf(task) < before
        && view.LiveChildrenOf(task.Id).Count == 0
        && (task.ParentTaskId is not { } parentId || view.Find(parentId) is not { } parent || parent.Status.IsTerminal())
        && triggers.OfTask(task.Id).Count == 0;

    private static DateTimeOffset? EndOf(AgentTask task) => task.ImportedFrom is { } from && from.At > task.EndedAt ? from.At : task.EndedAt;

    private static Purge Counted(Purge purge, AgentTask task) => purge with
    {
        Completed = purge.Completed + (task.Status == AgentTaskStatus.Completed ? 1 : 0),
        Failed = purge.Failed + (task.Status == AgentTaskStatus.Failed ? 1 : 0),
        Cancelled = purge.Cancelled + (task.Status == AgentTaskStatus.Cancelled ? 1 : 0),
        OldestEndedAt = purge.OldestEndedAt is { } oldest && oldest < task.EndedAt ? oldest : task.EndedAt,
    };

#pragma warning disable CA1032, CA1064 // Never leaves this class.
    private sealed class PassException(Purge soFar, Exception inner) : Exception(inner.Message, inner)
#pragma warning restore CA1032, CA1064
    {
        public Purge SoFar => soFar;
    }
}
