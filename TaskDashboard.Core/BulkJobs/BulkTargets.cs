using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>Which tasks an order is about, and which of them have something to stop.</summary>
internal sealed class BulkTargets(Store store, TaskIdList list)
{
    /// <summary>No id of this program is longer; what a job could not do is kept with the ids.</summary>
    private const int LongestId = 100;

    /// <exception cref="RefusedException">Something of the order is wrong.</exception>
    public async Task<List<string>> FindAsync(BulkOrder order, Caller caller, CancellationToken cancellationToken)
    {
        Check(order);
        if (order.TaskIds is { } named) return [.. named.Distinct(StringComparer.Ordinal)];

        var except = order.Except.ToHashSet(StringComparer.Ordinal);
        var matching = await list.ReadAsync(order.Filter! with { VisibleTo = caller.VisibleTo }, BulkOrder.MostTasks + 1, cancellationToken);
        matching.RemoveAll(except.Contains);
        if (matching.Count > BulkOrder.MostTasks)
            throw RefusedException.Validation("filter", FormattableString.Invariant($"More than {BulkOrder.MostTasks:N0} tasks match. Narrow the filter; nothing was begun."));
        return matching;
    }

    /// <summary>Those that are live or have something live below them, and how many live tasks that is. Looks at live tasks only, which are few.</summary>
    public async Task<(HashSet<string> Reached, int Live)> FindLiveAsync(IReadOnlyCollection<string> taskIds, CancellationToken cancellationToken)
    {
        var wanted = taskIds as IReadOnlySet<string> ?? taskIds.ToHashSet(StringComparer.Ordinal);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        var live = 0;
        foreach (var task in store.Live.All)
        {
            if (task.Status.IsTerminal()) continue;
            var isReached = false;
            var walked = new HashSet<string>(StringComparer.Ordinal);
            for (var id = task.Id; id is not null && walked.Add(id); id = await ParentAsync(id))
            {
                if (!wanted.Contains(id)) continue;
                reached.Add(id);
                isReached = true;
            }

            if (isReached && task.Reason != ReasonCodes.Stopping) live++;
        }

        return (reached, live);

        async ValueTask<string?> ParentAsync(string id)
        {
            if (parents.TryGetValue(id, out var known)) return known;
            return parents[id] = (await store.Reader.FindAsync(id, cancellationToken))?.ParentTaskId;
        }
    }

    private static void Check(BulkOrder order)
    {
        if (order.TaskIds is null == order.Filter is null)
            throw RefusedException.Validation("task_ids", "Say which tasks: either task_ids or filter, and not both.");
        if (order.TaskIds is { Count: 0 or > BulkOrder.MostIds } ids)
            throw RefusedException.Validation("task_ids", FormattableString.Invariant($"task_ids takes 1 to {BulkOrder.MostIds:N0} ids, not {ids.Count:N0}; more go by a filter."));
        if ((order.TaskIds ?? []).Concat(order.Except).Any(id => string.IsNullOrWhiteSpace(id) || id.Length > LongestId))
            throw RefusedException.Validation(order.TaskIds is null ? "except" : "task_ids", $"An id is empty, or longer than {LongestId} characters. Nothing was begun.");
        if (order.Except.Count > BulkOrder.MostIds)
            throw RefusedException.Validation("except", FormattableString.Invariant($"except takes up to {BulkOrder.MostIds:N0} ids."));
        if (order.Filter is null && order.Except.Count > 0)
            throw RefusedException.Validation("except", "except goes with a filter; leave those ids out of task_ids instead.");
        if (order.UndoTime < TimeSpan.Zero || order.UndoTime > BulkOrder.LongestUndo)
            throw RefusedException.Validation("undo_s", $"undo_s has to be a number of seconds from 0 to {BulkOrder.LongestUndo.TotalSeconds}.");
    }
}
