using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.Tasks;

/// <summary>
/// A tool call that waits for children, without a slot while nothing else of its run is at work. It ends early when a message is there that the
/// agent is to read at its next step: nobody has to wait for the children to be heard.
/// </summary>
internal sealed class SubtaskWait(Store store, Subtasks subtasks, RunSlots slots, TimeProvider time)
{
    /// <param name="by">The task at work.</param>
    /// <param name="targets">Ids or live names of direct children; empty for all that are live.</param>
    /// <param name="all">True to wait for each of them, false for the first.</param>
    /// <param name="timeout">Longest wait; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What became of those that ended, and which are still at work.</returns>
    public async Task<string> WaitAsync(Lineage by, IReadOnlyList<string> targets, bool all, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var self = store.Live.Find(by.TaskId) ?? throw RefusedException.NotFound("task", by.TaskId);
        var waited = new List<string>();
        foreach (var target in targets) waited.Add((await subtasks.FindChildAsync(by, target, cancellationToken, orEnded: true)).Id);
        if (targets.Count == 0) waited.AddRange((await subtasks.ListAsync(by, cancellationToken)).Where(child => !child.Status.IsTerminal()).Select(child => child.Id));
        if (waited.Count == 0) return "None of your tasks is at work.";

        using var over = timeout is { } longest ? new CancellationTokenSource(longest, time) : null;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over?.Token ?? CancellationToken.None);
        var run = by.Run!;
        var early = "";
        if (run.BeginWait(waited)) await ParkAsync(by);
        try
        {
            while (true)
            {
                bound.Token.ThrowIfCancellationRequested();
                var woken = run.WhenWoken();
                if (await IsOverAsync(waited, all, cancellationToken)) break;
                if (HasWord(by))
                {
                    early = "You have a message to read first.\n";
                    break;
                }

                if (run.Leaving.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    early = "The server restarts: wait for them again.\n";
                    break;
                }

                await woken.WaitAsync(bound.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            early = "The time is over.\n";
        }
        finally
        {
            run.EndWait(waited);
        }

        try
        {
            await slots.RegainAsync(self, run, run.Leaving);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A run that leaves has no use for a slot any more; it only says how far it came.
        }

        return early + await ReportAsync(by, waited, cancellationToken);
    }

    private async Task<bool> IsOverAsync(List<string> waited, bool all, CancellationToken cancellationToken)
    {
        var live = 0;
        foreach (var id in waited)
        {
            if (await store.Reader.FindAsync(id, cancellationToken) is { } child && !child.Status.IsTerminal()) live++;
        }

        return all ? live == 0 : live < waited.Count;
    }

    private bool HasWord(Lineage by) => store.Live.Find(by.TaskId)?.Inbox.Any(message => message.IsDue(turnEnded: false)) ?? false;

    /// <summary>Nothing of the run is at work any more: it says so, and others may use its slot.</summary>
    private async Task ParkAsync(Lineage by)
    {
        await store.Log.ChangeAsync(by.TaskId, (current, view) =>
            current is { Status: AgentTaskStatus.Running, Reason: ReasonCodes.Tool } && current.RunId == by.RunId && RunChanges.Waiting(by.Run!, current.OpenRequests, view) is { } wait
                ? new TaskChange { Transition = wait }
                : null);
        slots.Yield(by.Run!);
    }

    private async Task<string> ReportAsync(Lineage by, List<string> waited, CancellationToken cancellationToken)
    {
        var told = new List<string>();
        var ended = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in waited)
        {
            if (await store.Reader.FindAsync(id, cancellationToken) is not { } child) continue;
            if (!child.Status.IsTerminal())
            {
                told.Add($"Still at work: {Subtasks.Describe([child])}");
                continue;
            }

            ended.Add(id);
            told.Add(await subtasks.OutcomeAsync(child, cancellationToken));
        }

        // Told here, so not told a second time from the inbox.
        await store.Log.ChangeAsync(by.TaskId, current =>
        {
            var news = current.Inbox.Where(message => message.IsNewsOfAnEnd && ended.Contains(message.FromTaskId!)).ToList();
            return news.Count == 0 || current.RunId != by.RunId || current.Status.IsTerminal() ? null : Inbox.Remove(current, news);
        });
        return string.Join("\n\n", told);
    }
}
