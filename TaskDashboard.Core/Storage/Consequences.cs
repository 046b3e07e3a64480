using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Storage;

/// <summary>
/// What the change of one task means for others, in the same transaction: its parent is told, and those that depend on it move. So no crash can
/// come between a child's end and its parent's inbox, or between a task's end and the start of the next.
/// </summary>
internal static class Consequences
{
    /// <param name="before">The task before; null for a new one.</param>
    /// <param name="after">The task after; null for a deleted one.</param>
    /// <param name="change">What was changed, for the last word of a run that ended.</param>
    /// <param name="batch">The open transaction, in which the change is noted already.</param>
    public static void Apply(AgentTask? before, AgentTask? after, TaskChange? change, WriteBatch batch)
    {
        if (before?.Status == after?.Status) return;
        var isOver = after is null || after.Status.IsTerminal();
        if (after?.ParentTaskId is null && (!isOver || batch.DependentsOf((after ?? before)!.Id).Count == 0)) return;

        // A queue rather than a recursion: a chain of ten thousand tasks may fail in one go.
        var open = new Queue<(AgentTask? Before, AgentTask? After, TaskChange? Change)>();
        open.Enqueue((before, after, change));
        while (open.TryDequeue(out var next))
        {
            if (next.Before?.Status == next.After?.Status) continue;
            TellParent(next.After, next.Change, batch);
            var ended = next.After is null || next.After.Status.IsTerminal();
            if (!ended) continue;
            foreach (var dependent in batch.DependentsOf((next.After ?? next.Before)!.Id))
            {
                var move = EndOfDependency(dependent, (next.After ?? next.Before)!.Id, next.After, batch);
                if (Change(dependent, move, batch) is { } moved) open.Enqueue((dependent, moved, move));
            }
        }
    }

    private static void TellParent(AgentTask? child, TaskChange? change, WriteBatch batch)
    {
        if (child?.ParentTaskId is not { } parentId || batch.Find(parentId) is not { } parent) return;
        Change(parent, SubtaskNews.Of(parent, child, LastWord(change), batch.Ids, batch.Now), batch);
    }

    private static TaskChange EndOfDependency(AgentTask dependent, string endedId, AgentTask? ended, WriteBatch batch)
    {
        var edges = dependent.DependsOn
            .Select(edge => edge.TaskId == endedId ? edge with { State = TaskWaits.StateFor(ended) } : edge)
            .ToList();
        return new TaskChange
        {
            Edit = row => row with { DependsOn = edges },
            Transition = PendingReason.Of(dependent with { DependsOn = edges }, batch),
        };
    }

    private static AgentTask? Change(AgentTask before, TaskChange change, WriteBatch batch)
    {
        var events = new List<TaskEvent>(2);
        if (TaskChangeOperation.ApplyTo(before, change, batch, events) is not { } after) return null;
        batch.Note(before.Id, before, after, events);
        return after;
    }

    private static string? LastWord(TaskChange? change)
    {
        string? word = null;
        for (var next = change; next is not null; next = next.Then)
        {
            foreach (var entry in next.Log)
            {
                if (entry.Data is MessageData { Role: EntryRole.Assistant } said) word = said.Text;
            }
        }

        return word;
    }
}
